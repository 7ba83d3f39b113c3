"""German words of one meaning a line; behind the bar, phrases that mean it too."""

from __future__ import annotations

GROUPS = """
preis preise wieviel kosten kostet gebühr tarif teuer günstig billig bezahlen | wie viel, wie teuer, was kostet
öffnungszeiten geöffnet offen auf öffnen schließen geschlossen uhrzeit | bis wann, ab wann, ihr auf, haben sie auf
wochenende samstag samstags sonnabend sonntag sonntags
montag dienstag mittwoch donnerstag freitag wochentag
feiertag weihnachten ostern urlaub ferien
adresse anschrift standort straße anfahrt weg | wo seid ihr, wo sind, wo ist, wo finde ich, wo findet man, wie komme ich
parken parkplatz parkplätze auto wagen garage stellplatz abstellen
termin reservierung reservieren buchen buchung vereinbaren anmelden anmeldung
bestellen bestellung vorbestellen vorbestellung ordern
stornieren storno absagen kündigen kündigung abbestellen
verschieben verlegen umbuchen ändern
erstattung erstatten rückerstattung geld rückgabe zurückgeben umtauschen | geld zurück
reparatur reparieren instandsetzen richten kaputt defekt
dauer dauert lange minuten schnell fertig warten | wie lange, wie schnell
lieferung liefern liefert zustellung versand versenden bringen bringt schicken | nach hause, zu mir
abholen abholung holen
mieten miete leihen ausleihen verleih
kaufen verkaufen verkauf erwerben
gebraucht secondhand
zahlung zahlen bezahlen karte girokarte kreditkarte kreditkarten bar bargeld überweisung paypal ec
raten ratenzahlung monatlich
rechnung beleg quittung
rabatt ermäßigung nachlass gutschein vergünstigung
schüler student studenten studierende azubi
kostenlos gratis umsonst testen probe probieren
abo abonnement vertrag mitgliedschaft
garantie gewährleistung
versicherung krankenkasse kasse
neu neupatient neukunde aufnehmen erstes
kunde patient mitglied
kind kinder baby tochter sohn
angst ängstlich nervös furcht
schmerz schmerzen weh
notfall dringend sofort eilig
rollstuhl barrierefrei behindert aufzug fahrstuhl stufenlos
kontakt telefon telefonnummer anrufen nummer email e-mail mail erreichen schreiben
hilfe support unterstützung
mitarbeiter kollege kollegin team personal benutzer nutzer
einladen hinzufügen
löschen entfernen
konto profil zugang
anmelden einloggen login
passwort kennwort vergessen zurücksetzen
exportieren export herunterladen download
importieren import hochladen
daten informationen unterlagen
sicher sicherheit verschlüsselt verschlüsselung
datenschutz dsgvo
app handy smartphone iphone android
allergie allergene allergen zutaten inhaltsstoffe gluten laktose nüsse
glutenfrei gluten zöliakie
vegan vegane pflanzlich vegetarisch milch butter
torte kuchen gebäck geburtstagstorte
brot brötchen semmel backwaren
hund haustier tier
geschäft laden filiale praxis werkstatt
"""

CARRIERS = """
gibt gibts möchte will brauche bräuchte bitte kann können könnte darf dürfen man mal auch gern gerne hätte etwas was
sachen eigentlich noch hallo danke frage fragen wissen sagen habt haben hat geht gehen machen macht mache euch bei euer
eure wir nehmt nehmen nimmt drin dabei immer wieder heute morgen gestern jetzt ganz sehr schon kommen komme kommt finde
tag tage woche wochen monat jahr möglich anbieten bietet ihr ihre
"""
