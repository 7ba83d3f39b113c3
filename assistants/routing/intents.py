"""What a visitor is after, told by the words they use: no model, one look at each word. Pure.

It knows English, German, French, Spanish, Italian, Dutch and Portuguese; what it doesn't know has no intent.
"""

from __future__ import annotations

from typing import Final

from assistants.providers.small_talk import Kind, small_talk
from assistants.routing.words import words_of

HUMAN: Final = "human"

LABELS: Final = {
    "sales": "A purchase",
    "support": "Help with a problem",
    "billing": "An invoice or payment",
    "booking": "An appointment or booking",
    "delivery": "An order or delivery",
    "complaint": "Making a complaint",
    HUMAN: "A person",
}
"""Every intent there is, in words."""

PHRASES: Final = {
    "sales": """
        price, prices, pricing, how much, cost, costs, quote, offer, discount, buy, purchase, demo, trial, in stock
        preis, preise, was kostet, was kosten, wie viel kostet, angebot, kaufen, rabatt, bestellen, vorführung
        prix, combien, tarif, tarifs, devis, acheter, remise, offre, en stock
        precio, precios, cuanto cuesta, cuanto cuestan, tarifa, presupuesto, comprar, descuento, oferta
        prezzo, prezzi, quanto costa, quanto costano, preventivo, comprare, acquistare, sconto, offerta
        prijs, prijzen, wat kost, wat kosten, hoeveel kost, offerte, kopen, korting, aanbieding
        preco, precos, quanto custa, quanto custam, orcamento, comprar, desconto, oferta""",
    "support": """
        not working, doesn't work, does not work, won't start, broken, error, error message, bug, crash, crashes,
        problem, issue, troubleshoot, can't log in, cannot log in, forgot my password, reset my password
        funktioniert nicht, geht nicht, kaputt, fehler, fehlermeldung, defekt, problem, stürzt ab, passwort vergessen
        ne marche pas, ne fonctionne pas, en panne, erreur, bogue, problème, mot de passe oublié
        no funciona, averiado, roto, error, fallo, problema, olvidé mi contraseña
        non funziona, rotto, guasto, errore, problema, password dimenticata
        werkt niet, doet het niet, kapot, storing, fout, foutmelding, probleem, wachtwoord vergeten
        não funciona, avariado, erro, falha, problema, esqueci a senha, esqueci a palavra-passe""",
    "billing": """
        invoice, invoices, bill, billing, payment, pay, paid, charged, refund, money back, credit card, subscription,
        cancel my subscription, vat, receipt
        rechnung, rechnungen, zahlung, bezahlen, bezahlt, abgebucht, erstattung, geld zurück, kreditkarte, abo,
        mehrwertsteuer, quittung, mahnung
        facture, factures, facturation, paiement, payer, payé, débité, remboursement, carte bancaire, abonnement, tva
        factura, facturas, facturación, pago, pagar, cobrado, reembolso, tarjeta de crédito, suscripción, iva, recibo
        fattura, fatture, fatturazione, pagamento, pagare, addebitato, rimborso, carta di credito, abbonamento
        factuur, facturen, betaling, betalen, betaald, afgeschreven, terugbetaling, creditcard, abonnement, btw
        fatura, faturas, faturação, faturamento, pagamento, pagar, cobrado, reembolso, cartão de crédito, assinatura""",
    "booking": """
        appointment, appointments, book, booking, reservation, reserve, reschedule, schedule, available slot, free slot,
        book a table
        termin, termine, buchen, buchung, reservieren, reservierung, verschieben, tisch reservieren
        rendez-vous, rdv, réserver, réservation, prendre rendez-vous, créneau
        cita, citas, reservar, reserva, agendar, cambiar la cita
        appuntamento, appuntamenti, prenotare, prenotazione, spostare l'appuntamento
        afspraak, afspraken, boeken, boeking, reserveren, reservering, verzetten
        consulta, marcar, marcação, agendar, agendamento, reservar, reserva""",
    "delivery": """
        order, orders, my order, delivery, deliver, shipping, ship, shipped, parcel, package, track, tracking number
        bestellung, lieferung, liefern, versand, versendet, paket, sendung, sendungsnummer, lieferzeit
        commande, livraison, livrer, expédition, expédié, colis, numéro de suivi
        pedido, entrega, entregar, envío, enviado, paquete, número de seguimiento
        ordine, consegna, consegnare, spedizione, spedito, pacco, numero di tracciamento
        bestelling, levering, bezorging, bezorgen, verzending, verzonden, pakket, track and trace
        encomenda, pedido, entrega, entregar, envio, enviado, pacote, código de rastreio""",
    "complaint": """
        complaint, complain, complaining, unacceptable, disappointed, terrible, awful, worst, scam, angry, furious,
        fed up, rip-off, lawyer, very unhappy
        beschwerde, beschweren, unverschämt, enttäuscht, schrecklich, betrug, wütend, sauer, frechheit, anwalt
        réclamation, me plaindre, inacceptable, déçu, déçue, horrible, arnaque, furieux, furieuse, avocat, scandaleux
        queja, quejarme, reclamación, inaceptable, decepcionado, decepcionada, horrible, estafa, furioso, abogado
        reclamo, lamentela, inaccettabile, deluso, delusa, orribile, truffa, furioso, avvocato, vergognoso
        klacht, klagen, onacceptabel, teleurgesteld, verschrikkelijk, oplichting, woedend, advocaat, schandalig
        reclamação, reclamar, inaceitável, dececionado, decepcionado, horrível, burla, golpe, furioso, advogado""",
    HUMAN: """
        real person, human being, speak to someone, talk to someone, human agent, customer service, call me back
        echter mensch, mit einem menschen, mit jemandem sprechen, mitarbeiter sprechen, kundendienst, rückruf
        vraie personne, un humain, un conseiller, parler à quelqu'un, service client, rappelez-moi
        persona real, una persona, un humano, hablar con alguien, atención al cliente, llámenme
        persona reale, un operatore, parlare con qualcuno, servizio clienti, richiamatemi
        echt persoon, een mens, een medewerker, iemand spreken, klantenservice, bel mij terug
        pessoa real, um humano, um atendente, falar com alguém, apoio ao cliente, liguem-me""",
}


def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for intent, text in PHRASES.items():
        for phrase in text.replace("\n", ",").split(","):
            if words := words_of(phrase):
                found.setdefault(words[0], []).append((words, intent))
    return found


_PHRASES: Final = _by_first_word()


def intents_of(text: str) -> frozenset[str]:
    """All that a text may be after; empty when nothing in it says so."""
    words = words_of(text)
    found = {
        intent
        for place, word in enumerate(words)
        for phrase, intent in _PHRASES.get(word, ())
        if words[place : place + len(phrase)] == phrase
    }
    courtesy = small_talk(text)
    if courtesy is not None and courtesy.kind is Kind.PERSON:
        found.add(HUMAN)
    return frozenset(found)
