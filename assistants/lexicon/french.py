"""French words of one meaning a line; behind the bar, phrases that mean it too."""

from __future__ import annotations

GROUPS = """
prix coût coûte tarif tarifs frais cher payer montant | combien coûte, c'est combien, combien ça coûte, quel prix
horaires ouvert ouverte ouverture ouvrez fermé fermeture fermez heures heure | à quelle heure, jusqu'à quelle heure
week-end samedi dimanche
lundi mardi mercredi jeudi vendredi semaine
adresse situé située trouver trouve rue venir | où êtes-vous, où se trouve, où est, où sont, comment venir
parking garer stationner stationnement voiture
rendez-vous réserver réservation rdv
commander commande
annuler annulation résilier résiliation
déplacer reporter décaler modifier changer
remboursement rembourser remboursé retour
réparation réparer réparez cassé panne
durée longtemps délai jours minutes rapide attendre | combien de temps
livraison livrer livrez expédition envoyer
louer location emprunter
acheter vendre vendez achat
occasion usagé
paiement payer carte espèces chèque virement
facture reçu
réduction remise promotion étudiant rabais
gratuit gratuite essai essayer
abonnement forfait contrat
garantie garanti
assurance mutuelle
enfant enfants bébé fille fils
peur anxieux angoisse stressé
douleur mal souffre
urgence urgent
fauteuil handicapé accessible ascenseur accessibilité
contact contacter téléphone numéro appeler joindre courriel email e-mail
aide assistance support
ajouter inviter
supprimer effacer
compte profil
mot-de-passe passe oublié réinitialiser
exporter télécharger
importer
données informations
sécurité sûr chiffré
rgpd confidentialité
application appli mobile
allergie allergène ingrédients gluten lactose
végétalien vegan végétarien
chien animal
magasin boutique atelier cabinet
"""

CARRIERS = """
est peux peut pouvez voudrais veux besoin faire faites fait fais avez avoir quel quelle quels quelles combien bonjour
merci
savoir question aussi possible proposez s'il plaît
"""
