"""Words of an answer that say nothing of what it is about, and how one owns up to not knowing."""

from __future__ import annotations

import re
from typing import Final

_FILLERS = """
a an and any anyone are as at be been being both but by can can't cannot could did do does don't each either else for
from had has have he her here hers him his how however i if in into is isn't it its itself just let like many may me
might more most much must my no nor not of on once one or our ours out own please she should so some such than that
the their them then there these they this those to too under until up us very was we were what when where which while
who whom why will with within without would yes you your yours about after again all also although am because before
between during only over same since through unless upon whether per via ll ve re isn doesn don didn won wouldn shouldn
couldn
ab aber alle allem allen aller alles als also am an auch auf aus bei beim bis bist da dabei damit dann daran darauf
darf darin darüber das dass dazu dein deine dem den denn der des dessen deren dich die dies diese diesem diesen dieser
dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer eure für gegen hab habe haben hat
hatte hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja je jede jedem jeden jeder jedes
kann kein keine keinem keinen keiner können könnte man mein meine mich mir mit möchten muss müssen nach nein nicht
nichts noch nur ob oder ohne sehr sein seine seit sich sie sind so sobald solche soll sollten sondern über um und uns
unser unsere unserem unseren unserer unter vom von vor war was weil welche welcher wenn wer werden wie wir wird wo
wurde zu zum zur zwischen bitte gerne sowie bzw jeweils innerhalb
à afin ai aient alors après as au aucun aucune aussi autre aux avait avant avec avez avoir avons bien ce cela ces cet
cette ceux chaque chez ci comme comment dans de depuis des donc dont du elle elles en encore entre es est et été êtes
être eu eux faire fait font il ils je jusqu jusque la là le les leur leurs lors lorsque lui ma mais me même mes moi
mon ne ni non nos notre nous on ont ou où oui par pas pendant peu peut peuvent plus pour pouvez pouvons pourquoi puis
qu quand que quel quelle qui quoi sa sans se selon sera ses si soit son sont sous sur ta tes toi ton tous tout toute
toutes très tu un une vers veuillez vos votre vous y l d j c n m s t
al algo algún alguna antes así aun aún aunque cada como cómo con contra cual cuál cualquier cuando cuándo de del desde
donde dónde dos durante e el él ella ellas ellos en entre era es esa ese eso esta está están estar estas este esto
estos estamos fue ha hace hacia han hasta hay la las le les lo los más me mi mis mucho muy nada ni no nos nosotros
nuestra nuestras nuestro nuestros o os otra otro para pero poco podemos por porque pueden puede puedes que qué quien
se ser si sí sido sin sobre solo sólo son su sus tal también tan tanto te tendrá tener tiene tienen tenemos toda todas
todo todos tu tus un una unas uno unos usted ustedes y ya yo
agli ai al alla alle allo anche ancora avere c che chi ci come con cui da dal dalla dalle dei del della delle dello di
dove e è ed essere fino gli ha hai hanno ho il in io la le lei lo loro ma mi mia mio ne nei nel nella nelle noi non
nostra nostre nostri nostro o ogni per perché più può possono possiamo quale quali quando quella quello quest questa
queste questi questo qui sarà se si sia siamo sono su sua sue sul sulla suo tra tutti tutto un una uno vi voi vostro
aan al alle als altijd bij daar dan dat de deze die dit dus een elke en er ze zij geen haar heb hebben heeft het hier
hij hoe hun iets ik in is ja jij je jouw jullie kan kun kunnen kunt maar me meer met mij mijn moet na naar nee niet
niets nog nu of om omdat ons onze ook op over te tegen tot tussen u uit uw van vanaf veel voor waar wanneer wat we wel
welke wie wij worden wordt zal zelf zich zijn zo zonder zou
ao aos aquela aquele as até com como da das de dela dele depois do dos e é ela elas ele eles em entre era essa esse
esta está estão este estes eu foi há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós
nossa nossas nosso nossos num numa o os ou para pela pelas pelo pelos pode podem podemos por porque qual quando que
quem são se sem ser será seu seus só sua suas também tem têm temos ter um uma umas uns você vocês
"""

_COURTESIES = """
absolutely afraid anything ask assist assistant assistance certainly chat check colleague colleagues conversation
course dear else enjoy feel forward forwarded glad goodbye greetings happy hear hello help hesitate hi however hope
human information know love lovely luck message moment pass passed passing person pleasure pleased reach reply
responds respond sorry support sure team thank thanks unfortunately welcome wonderful worries assure apologies
apologise apologize
antwort antworten assistent auskunft auswiedersehen danke dank frage fragen freue freuen freut gern gerne grüße hallo
helfe helfen herzlich hilfe hoffe information informationen kollege kollegen kollegin leider mensch melden meldet
mitarbeiter nachricht selbstverständlich schön sehr tag team tut leid weiter weitergeben weiterhelfen weiß
wiedersehen willkommen wissen wünsche tschüss natürlich mitteilen
aide aider assistant assistante autre bienvenue bonjour bonsoir bonne collègue collègues demande demander désolé
désolée équipe heureux hésitez information informations journée malheureusement merci message personne plaisir
question questions réponse répondra répondre sais transmets volontiers revoir savoir
adiós asistente ayuda ayudar ayudarle ayudarte bienvenido bienvenida buenas buenos claro colega días duda dudas
encantado equipo gracias gusto hola humano información lamento lo mensaje persona placer pregunta preguntas responderá
responder saber sé siento supuesto tardes
aiuto aiutare assistente benvenuto buongiorno certo ciao collega dispiace domanda domande grazie informazione
informazioni messaggio persona piacere prego purtroppo risponderà squadra team
bedankt collega dank graag groeten hallo helaas help helpen hulp informatie iemand medewerker mens natuurlijk sorry
team verder vraag vragen welkom weten
ajuda ajudar assistente bem-vindo bom claro colega desculpe dia equipa equipe humano infelizmente informação
informações mensagem obrigado obrigada olá pergunta perguntas pessoa prazer responder responderá sinto
"""

FILLERS: Final = frozenset(f"{_FILLERS} {_COURTESIES}".casefold().split())
"""Words that stand in answers about anything, in every language that can be recognised."""

_UNABLE = r"\b(?:(?:do|does|can|could)(?:n't| ?not)|can't|unable to|not able to|no way to)(?: \w+)?"
_OWNING_UP = (
    rf"{_UNABLE} (?:know|find|tell|say|see|confirm|answer|mention|specify|cover|state|recall)\b",
    r"\b(?:no|not have|don't have|lack|without)(?: \w+)? (?:information|details|data|idea|answer|knowledge|record)\b",
    r"\b(?:not|isn't|aren't|wasn't)(?: \w+)? (?:sure|certain|aware|mentioned|listed|covered|specified|stated)\b",
    r"\bnothing (?:about|on|is written)\b",
    r"\bweiss(?: \w+){0,3} nicht\b",
    r"\bnicht(?: \w+){0,2} (?:sagen|bekannt|sicher|beantworten|bestätigen|weiss|angegeben|finden|erwähnt)\b",
    r"\bkeine(?:n|rlei)? (?:\w+ )?(?:information(?:en)?|angaben?|auskunft|antwort|details|daten|ahnung)\b",
    r"\bnichts (?:zu|über|darüber|dazu|davon)\b",
    r"\bn[e'] ?(?:\w+ ){0,2}(?:sais|connais|trouve|dispose|ai|peux|suis|avons)\b(?: \w+)? (?:pas|aucune|rien)\b",
    r"\b(?:aucune|pas d') ?(?:information|réponse|indication|précision)",
    r"\bno (?:lo |la |me )?(?:sé|conozco|encuentro|encontré|dispongo|consta|estoy segur)",
    r"\bno (?:puedo|podría) (?:confirmar|decir|responder|encontrar)",
    r"\b(?:no \w+|sin|ninguna) (?:\w+ )?(?:información|datos|detalles)\b",
    r"\bnon (?:lo |la )?(?:so|conosco|trovo|sono sicur|posso (?:dire|confermare))",
    r"\b(?:non ho|nessuna|senza)(?: \w+)? (?:informazion|rispost|dettagli)",
    r"\bweet(?: \w+){0,3} niet\b",
    r"\b(?:geen|niet)(?: \w+)? (?:informatie|antwoord|gegevens|zeker|zeggen|vinden|bevestigen)\b",
    r"\bnão (?:o )?(?:sei|conheço|encontro|encontrei|consigo|posso confirmar)",
    r"\bnão tenho (?:\w+ )?(?:informaç|dados|certeza)",
    r"\b(?:nenhuma|sem) informaç",
)
OWNING_UP: Final = re.compile("|".join(_OWNING_UP))
"""Finds "I don't know" in what is case-folded and has plain apostrophes."""

CONTRAST: Final = re.compile(r",? (?:but|however|though|aber|jedoch|mais|cependant|pero|sino|ma|però|maar|mas|porém) ")
"""Where a sentence turns: what comes before may own up to not knowing, and what comes after may know."""
