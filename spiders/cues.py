"""The words by which a notice says what a day is for, in French and in English.

They are matched on flat text: small letters, no accents, straight apostrophes, plain spaces.
"""

from __future__ import annotations

import re

from spiders.items import DeadlineKind as Kind
from spiders.named_days import ANY_WEEKDAY


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# What is asked of people. A word that only tells how or why ("online", "views") is weak: it counts
# where nothing stronger is said.
STRONG = {
    Kind.BRIEF: _any(
        r"(?<!a la )(?<!en )(?<!devoir de )\bmemoires?\b(?! (?:de maitrise|collective|vive))",
        r"(?<!in )\bbriefs?\b(?! (?:summary|description|overview|history|statement))",
        r"\bsubmissions?\b",
        r"\bwritten (?:briefs?|proposals?|evidence|representations?|presentations?)",
        r"\b(?:opinions?|propositions?|soumissions?|presentations?|contributions?) ecrites?",
        r"\bmemorand(?:um|a)\b",
    ),
    Kind.REQUEST: _any(
        r"\bdemandes? (?:d'intervention|d'audition|de participation(?! a un ref)|de comparution)",
        r"\bdemandes? (?:a |pour |d'|afin d')?(?:etre entendu|intervenir|prendre la parole)",
        r"\bs'inscri|\binscri(?:ption|re\b|vez)",
        r"\brequests? to (?:appear|speak|be heard|intervene|address|participate|make|present)",
        r"\b(?:file|submit|send|make) (?:a|their|your) requests?\b",
        r"\b(?:adresser|transmettre|presenter|faire parvenir) (?:une|leur|sa|votre) demande\b",
        r"\bregist(?:er|ering|ration)\b|\bsign(?:ing)? up\b",
        r"\b(?:manifest|signifi)\w+ (?:leur|son|votre) (?:interet|intention)",
        r"\b(?:express\w*|indicat\w+) (?:their|your) (?:interest|intention)",
    ),
    Kind.ONLINE: _any(
        r"\bquestionnaires?\b|\bsondages?\b|\bsurveys?\b|\be-consultation",
        r"\b(?:consultation|volet|phase|etape|participation|plateforme|contributions?|espace)s?"
        r" (?:\w+ ){0,2}(?:en ligne|electronique|numerique|virtuelle)",
        r"\b(?:s'exprimer|participer|repond\w+|contribuer|contributions?) en ligne",
        r"\bonline (?:consultation|engagement|forum|discussion|questionnaire|poll|participation)",
        r"\bplateforme (?:participative|de consultation|citoyenne)"
        r"|\bconsultation (?:web ?site|portal|platform|quebec)"
        r"|site (?:web )?de (?:la )?consultation",
        r"\bparticipat\w+ online|consultation\.quebec\.ca",
    ),
    Kind.COMMENT: _any(
        r"\bcommentaires?\b",
        r"(?<!to )\bcomments?\b",
        r"\bobservations?\b",
        r"\bfeedback\b",
        r"\brepresentations? ecrites?|\bmake representations?\b",
    ),
    Kind.SIGNATURE: _any(
        r"\bsign(?:er|ez|ee?s?|ent|ature|atures|ing|ed)?\b(?! up)|\bsignataires?\b"
    ),
}
WEAK = {
    Kind.REQUEST: _any(
        r"\bprendre la parole|\betre entendu|\bintervenir\b|\bto speak\b|\bto appear\b|be heard\b"
    ),
    Kind.ONLINE: _any(r"\ben ligne\b", r"\bonline\b"),
    Kind.COMMENT: _any(
        r"\bcommenter\b|\breagir\b|\bto comment\b|\bthoughts?\b|\binput\b|\bviews?\b"
        r"|\bideas?\b|\bhave your say",
        r"\b(?:opinions?|points? de vue|suggestions?|reactions?|preoccupations?|idees?)\b",
        r"\b(?:leur|son|votre|un|vos|leurs) avis\b|\bs'exprimer\b|\bse prononcer\b",
    ),
}
PETITION = _any(r"\bpetitions?\b")
HANDED_IN = _any(r"\b(?:depose|presente|remise|reponse|response|presented|tabled|filed|result)")
NOT_ASKED = _any(
    r"\b(?:sans|without)(?: \w+){0,2} (?:a|an|any|de|un|une|le|leur|their) $",
    r"\b(?:sans|without|no|aucun|not) $",
    r"\bpas (?:\w+ ){0,2}(?:de|d'|un|leur|le) ?$",
    r"\b(?:rather than|instead of|plutot qu'un|au lieu d'un|autre qu'un) ?$",
)
BY_MEANS_OF = _any(
    r"\ben (?:remplissant|repondant|completant|participant|utilisant)\b",
    r"\bau moyen d|\ba l'aide d|\bpar l'entremise d|\bpar le biais d|\bvia\b|\ben ligne\b",
    r"\bby (?:completing|filling|answering|taking)\b|\bthrough\b|\busing\b",
)
GENERAL = _any(
    r"\bconsultations?\b|\bengagement\b|\bpublic review\b|\benquete(?: publique)?\b"
    r"|\bexamen public\b"
)
OPEN = _any(
    r"\b(?:en cours|ouverte?|periode de|se termine\w*|pren(?:d|dra|nent|dront) fin"
    r"|se deroule\w*|se poursui\w+)\b",
    r"\b(?:open|closes|runs|period|ends|closing)\b",
)
SENDING = _any(
    r"\b(?:transm[ei]|envo[iy]|parvenir|remet|depos|repond|particip|recu|recev|recept|achemin)",
    r"\b(?:ecri|soume|soumis|rempli|complet|accept|presente|produi|contribu|adress|exprim)",
    r"\b(?:submit|send|sent|file|receiv|respon|repl|provid|mail|writ|answer|fill"
    r"|apply|take part)",
    r"\b(?:ils|elles|ceux-ci|celles-ci|celui-ci|they|it|ces derniers)\b",
)

# When. What stands between such a word and its day is told by BETWEEN.
CLOCK = (
    r"(?:\d{1,2} ?(?:h(?:eures?)?\b ?(?:\d\d)?|:\d\d)|midi|minuit|noon|midnight"
    r"|\d{1,2}(?:[:.]\d\d)? ?[ap]\.? ?m\.?(?!\w))"
)
BETWEEN = (
    rf"(?:[\s,:()«\"*–-]|{CLOCK}|\b(?:le|la|les|l'|du|au|a|de|en|on|at|the|of|fin|journee|end|day|business"
    rf"|close|heure|heures|est|eastern|e[sd]?t|local|time|standard|daylight|hne|hae|inclusivement"
    rf"|ce|date|jour|et|strict|tot|tard|veille|seance|soit|{ANY_WEEKDAY})\b'?)*$"
)
BEFORE_A_LIMIT = re.compile(
    r"(?:\bau plus tard|(?<!\bjour )\bavant|\bjusqu'(?:au|a|en)|\bd'ici"
    r"|(?<!prevue )(?<!prevu )(?<!prevues )(?<!prevus )(?<!fixee )\bpour(?= le )"
    r"|\b(?:no|not) later than|\bby|\bbefore|\buntil|\btill?|\bup to|\bon or before|\bthrough"
    r"|\b(?:due|clos(?:es?|ing)|ends?|ending|expires?|conclud(?:es?|ing))(?: date)?"
    r"|\b(?:will|to) (?:close|end|expire)|\bprior to"
    r"|\b(?:se termine(?:ra|nt|ront)?|pren(?:d|dra|nent|dront) fin|s'acheve\w*|se cloture\w*"
    r"|se clo[ts]\w*|ferme(?:ra)?|expire(?:ra)?|finira)(?: officiellement)?)" + BETWEEN
)
AFTER_A_LIMIT = re.compile(
    rf"^\W{{0,3}}(?:(?:a|at) )?(?:{CLOCK}\W{{0,3}})?(?:(?:est|sera|is|as|comme|-|–"
    rf"|:) ?)?(?:la |the )?"
    r"(?:date limite|deadline|au plus tard|inclus|at the latest|dernier delai"
    r"|dernier jour|last day"
    r"|closing date|date butoir|fin de la (?:periode|consultation)|cloture)"
)
LIMIT_NOUN = _any(
    r"\bdates? (?:limites?|butoirs?|d'echeance|de cloture|de fin|de fermeture|de tombee"
    r"|d'expiration)",
    r"\becheance|\bdeadlines?\b|\b(?:closing|due|end) dates?\b|\blast day\b",
    r"\b(?:fermeture|cloture) d(?:e|u|es)\b",
    r"\bdernier (?:jour|delai)|\bderniere (?:journee|date)",
    r"\bfin d(?:e la |e l'|es? |u )(?:periode|consultation|enquete|sondage|depot)"
    r"|\bend of (?:the )?(?:\w+ )?period",
)
LABEL = re.compile(
    rf"^[^:\n]{{3,120}}(?::|[-–—]) *(?:(?:le|on|by) )?(?:(?:{ANY_WEEKDAY})s?,? )?(?:le )?$"
)
LABELLED = _any(
    r"\bdepots?\b|\btransmi|\benvoi|\bremise|\breception|\binscription|\bperiode",
    r"\bsubmi|\bsend|\brepond|\banswer|\bregist|\bsigning|\bsignature|\bcomments?\b|\bperiod\b",
)
BEGINNING = _any(
    r"\b(?:debut|ouverture|opening|opens?|start|begin|publication|diffusion"
    r"|mise en ligne|lancement)"
)
OLD = re.compile(
    r"(?:\bplutot qu(?:e|')|\bau lieu d[eu]|\binstead of|\brather than|\bet non(?: pas)?|\bnot"
    r"|\b(?:d'abord|initialement|auparavant|anterieurement|prealablement|prim\w+)"
    r"(?: (?:\w+e?s?|pour))?|\b(?:originally|initially|previously)(?: \w+)?(?: (?:for|on|to))?"
    r"|\bdevai(?:t|ent)\b[^.;,]{0,40}|\bformerly|\bau depart)(?: le| au| du| pour le| on)* *"
    + rf"(?:(?:{ANY_WEEKDAY}) )?$"
)
MOVED = _any(
    r"\b(?:reporte|repousse|prolonge|deplace|devance|differe)e?s?(?: d[ue][^.;]{0,30})?"
    r" (?:au|jusqu'au|a|jusqu'a)\b",
    rf"\bremise?s? au (?:(?:{ANY_WEEKDAY}) )?\d",
    r"\b(?:postponed|extended|moved|rescheduled|pushed back|deferred|delayed|changed"
    r"|brought forward)"
    r"(?: from [^.;]{0,40})? (?:to|until|till?)\b",
    r"\b(?:aura|auront) plutot lieu|\btiendr\w+ plutot|\bwill (?:now|instead) (?:be|take)",
    r"\b(?:nouvelle date|new (?:date|deadline))\b|\bprolongation\b|\bextension of the\b",
)
CALLED_OFF = _any(
    r"\b(?:annule|contremande|suspendu)e?s?\b|\bcancell?ed\b|\bremplacee?s? par\b"
    r"|\breplaced by\b|\bsine die\b",
    r"\b(?:date|moment) (?:ulterieure?|indeterminee?|inconnue)|\buntil further notice"
    r"|\blater date",
)
# Days that are told of, not given: what was adopted, published, signed on them.
TOLD = re.compile(
    r"(?:(?<!sera )(?<!seront )(?<!etre )(?<!be )\b(?:adopte|publie|depose|presente"
    r"|sanctionne|edicte"
    r"|signe|annonce|lance|devoile|diffuse|modifie|revise|approuve|rendue? publi\w+"
    r"|cree|fonde|elu"
    r"|nomme|transmis|remis|confie|mise? a jour|mise? en ligne|recu|entame|entreprise?)e?s?"
    r"|\b(?:entree?|entrera|entrent) en vigueur|\ben date|\bdepuis|\bdans sa version"
    r"|\b(?:adopted|published|posted|tabled|introduced|passed|dated|updated|modified|approved"
    r"|announced|released|launched|signed|issued|assented|received|presented|filed|since)"
    r"|\b(?:came|comes?|coming) into (?:force|effect)|\beffective)\b[^.;:]{0,45}$"
    r"|(?<!sera )(?<!seront )(?<!etre )\btenue?s? (?:le|les|du) $"
)
PAST_LIMIT = _any(
    r"\b(?:etai|avai|pouvai|devai)(?:t|ent)\b|\bavaient jusqu|\bs'est (?:termine|clos"
    r"|deroule|tenu)|\bran\b",
    r"\b(?:a|ont) ete (?:recu|depose|transmis|soumis|presente)e?s?\b",
    r"\ba pris fin|\bont (?:pu|eu)\b|\bhad until|\bdeadline was (?!ext|mov|post|ch)|\bended\b",
    r"\bclosed\b|\b(?:were|was) (?:due|received|open|able|accepted|submitted)|\bare now closed",
)
PAST_EVENT = _any(
    r"\b(?:a|ont|avait|avaient|ai|avons) (?:eu lieu|tenu|entendu|recu|participe|presente|assiste"
    r"|comparu|debute|pris part|organise|permis|reuni|accueilli|depose|temoigne|commence|donne)",
    r"\bs'(?:est|etait|etaient) |\bse sont |\b(?:etai|recevai|tenai)(?:t|ent)\b|\bhier\b",
    r"\bwas\b|\bwere\b|\btook place|(?<!be )(?<!being )(?<!is )(?<!are )\bheld\b"
    r"|\battended|(?<!be )\bheard\b",
    r"\bpresented\b|\byesterday\b|\b(?:minutes|transcripts?|proces-verba\w+"
    r"|compte[s-]? ?rendus?)\b",
    r"\b(?:enregistrement|webdiffusion|archives?|bilan|diaporama|recording|faits saillants)\b",
    r"\bsuite aux?\b|\bfollowing\b",
)
AFTER_PAST = re.compile(r"^,? (?:dernier|passe|last)\b")
OCCASION = re.compile(  # «adopté à sa séance du 8 avril»: a day named by the way
    r"\b(?:a|lors de|durant|pendant|de|at|during) ?(?:sa|la|une|cette|leur|son|its|the|a)"
    r" (?:prochaine |derniere |next )?(?:seance|reunion|rencontre|assemblee"
    r"|council meeting|meeting)"
    r"(?: ordinaire| extraordinaire| reguliere| generale)?(?: annuelle)?(?: du conseil\w*)?"
    rf"(?: municipal| d'arrondissement)?(?: du| de| of| on)?(?: le| the)? ?(?:{ANY_WEEKDAY})? ?$"
)

# Hearings: what is announced under its own name, or what a committee will do.
PUBLIC = (
    r"(?:publi(?:que|c)s?|d'information|de consultation|d'audition|d'echanges?|d'ecoute"
    r"|citoyenn?e?s?)"
)
HEARING_NAME = _any(
    r"\bauditions?\b(?! (?:de |pour )?(?:la )?(?:chorale|spectacle|theatre))",
    r"\baudiences?\b",
    rf"\b(?:seance|assemblee|rencontre|soiree|reunion|forum|atelier|journee"
    rf"|cafe)s? (?:\w+ ){{0,2}}{PUBLIC}",
    r"\bseances? (?:\w+ )?(?:de travail|de questions|virtuelles?|supplementaires?)",
    r"(?<!fin de )\bseances? (?:aur(?:a|ont) lieu|se tiendr\w+|sont prevues"
    r"|est prevue|a ete ajoutee)",
    r"\b(?:premiere|deuxieme|seconde) (?:partie|seance|tournee)\b",
    r"\bportes ouvertes\b|\binterpellation\b",
    r"\bhearings?\b|\btown ?halls?\b|\bopen houses?\b|\bpublic (?:meeting|session|forum)s?\b",
    r"\b(?:information|consultation|engagement|listening|input|drop-in|public) (?:\w+ )?"
    r"(?:session|meeting|evening|workshop|event)s?\b",
    r"\bsessions?\b (?:will|has been added|have been added|is scheduled|are scheduled"
    r"|to be held)",
)
HEARING_DEED = _any(
    r"\b(?:commission|comite)\b[^.;]{0,200}?\b(?:se reunira|se reunit|siegera"
    r"|entendra|tiendra|tienne"
    r"|poursuivra|procedera|procede a|entreprendra|entamera|debutera|commencera|se prolongera"
    r"|reprendra|se reunisse|continuera)\b",
    r"\b(?:temoins|groupes|organismes|citoyens)\b[^.;]{0,60}?\b(?:seront entendu|comparaitront)",
    r"\b(?:witnesses|groups|citizens)\b[^.;]{0,60}?\bwill (?:be heard|appear)\b",
    r"\b(?:elle|celle-ci|office|bureau|conseil)\b[^.;]{0,60}?\b(?:entendra|siegera)\b",
    r"\b(?:recevra|entendra) les (?:opinions|memoires|intervenants|citoyens)",
    r"\bcommittee\b[^.;]{0,200}?\b(?:will|shall|is to|to) (?:meet|sit|hold|hear|begin|continue"
    r"|resume|undertake|proceed|be holding|be hearing)\b",
    r"\bcommittee\b[^.;]{0,80}?\b(?:meets|is meeting)\b",
)
CONSULTATION_NAME = _any(
    r"\bconsultations? (?:publiques?|particulieres?|generales?|citoyennes?)",
    r"\b(?:public|special|general) consultations?\b",
    r"\bconsultations? de la population",
)
BY_INVITATION = _any(r"\bconsultations? particulieres?|\bspecial consultations?")
HOLDING = _any(
    r"\btiendr(?:a|ont)\b|\b(?:aura|auront) lieu|\bse tien(?:dra|dront|t|nent)\b|\btenue d",
    r"\bse derouler(?:a|ont)\b|\bholding\b|\bwill (?:host|hold|take place|be held|begin)\b",
    r"\bwill (?:start|resume|commence|open)\b|\b(?:beginning|starting|commencing)\b",
    r"\b(?:reprendr|s'ouvrir)(?:a|ont)\b|\bavis public|\bnotice of\b"
    r"|\binvit|\bupcoming\b|\ba venir\b",
    r"\btakes? place\b|\bto be held\b|\bis hosting\b|\b(?:debuter|commencer)(?:a|ont)\b",
)
WHEN = re.compile(r"\W*(?:dates?|quand|jour|date et heure|when)\W*(?:le |on )?\W*")
HOUR = _any(rf"\b(?:a|de|des|at|from|,|:|-|–|@)? ?{CLOCK}")
CIVIC = _any(
    r"\brequests? to (?:appear|speak|be heard)|\bdemandes? d'intervention|\bbriefs?\b",
    r"\bconsultations?\b|\baudiences?\b|\bpublic (?:hearing|meeting|input|consultation)",
    r"\bprojets? de (?:loi|reglement|politique|plan|schema)|\bby-?laws?\b|\bzonage\b|\bzoning\b",
    r"\bcommission\b|\bcommittee\b|\bmemoires?\b|\bassemblee (?:publique|nationale)|\bbills? \d",
    r"\bseances? (?:d'information|publique)|\burbanisme\b|\baudition|\bcomite\b"
    r"|\bhearings?\b|\bparliament|\bparlement",
)

# Other things that have a last day.
OTHER_DEED = _any(
    r"\b(?:remettr|remise|depos|depot|present|produi|rend|publi|fai|submit|tabl|deliver|issue)\w*"
    r" (?:\w+ |d'|l'){0,3}(?:rapport|report|budget|decision|recommand|recommend|amende?ment)",
    r"\bentr\w* en vigueur|\bcom\w+ into (?:force|effect)"
    r"|\brapport (?:final )?(?:sera|devra|est)\b",
    r"\breport (?:is|will|must)\b|\bcandidatures?\b|\bnominations?\b|\bappels? d'offres\b",
    r"\bwill (?:publish|decide|adopt|announce)\b|\b(?:adoptera|decidera|publiera|annoncera)\b",
    r"\bexpositions?\b|\bexhibitions?\b|\bfaire rapport\b|\bvote (?:est|sera|is|will)\b",
)
OTHER_THING = _any(
    r"\bbourses?\b|\bprix\b|\bconcours\b|\bsubventions?\b|\bappels? (?:de |a |d')projets?",
    r"\bawards?\b|\bscholarships?\b|\bgrants?\b|\bcontests?\b|\bcall for (?!brief|sub|comm)",
    r"\bimpots?\b|\btaxes?\b|\bvaccin|\breferend|\bbillets?\b|\btickets?\b|\babonnement",
    r"\bpostuler\b|\bemplois?\b|\bcamps?\b|(?<!en )(?<!au )\bcours\b"
    r"|(?<!of )\bcourses?\b|\bformations?\b|\bcongres\b",
    r"\bcolloques?\b|\bconferences?\b|\bgalas?\b|\btournois?\b|\btournament"
    r"|\bmembership|\bloisirs?\b",
    r"\bcotisation|\bwebinaires?\b|\bwebinars?\b|\bamende?ments?\b|\btenders?\b|\bjobs?\b",
    r"\bexpositions?\b|\bexhibitions?\b|\bapplications?\b|\bamnist|\bsymposium|\bmaternelle",
)
ALWAYS_CIVIC = _any(r"\bmemoires?\b|\bbriefs?\b|\bdemandes? d'intervention|\baudience|\baudition")
OTHER_EVENT = _any(
    r"\bbourses?\b|\bprix\b|\bconcours\b|\bawards?\b|\bscholarships?\b|\bcontests?\b|\bgrants?\b",
    r"\bcongres\b|\bcolloques?\b|\bconferences?\b|\bsymposium|\bgalas?\b"
    r"|\btournois?\b|\btournament",
    r"\binscriptions? (?:au|aux|a la|a l'|dans) (?:les? )?(?:service|garderie|ecole"
    r"|cpe|activite|program)",
    r"\bcamps?\b|(?<!en )(?<!au )\bcours\b|(?<!of )\bcourses?\b|\bwebinaires?\b"
    r"|\bwebinars?\b|\bloisirs?\b|\bmaternelle",
    r"\bcall for (?:papers|proposals|applications|abstracts|projects)"
    r"|\bappels? (?:de |a |d')projets?",
)
NUMERAL = {
    "dix": 10,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
    "quarante-cinq": 45,
    "soixante": 60,
    "quatre-vingt-dix": 90,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
    "seventy-five": 75,
    "ninety": 90,
}
_COUNT = rf"(?P<count{{0}}>\d{{{{1,3}}}}|{'|'.join(NUMERAL)})(?: ?\(\d+\))?"
PERIOD = re.compile(
    rf"\b(?:delai|periode)s?(?: \w+){{0,4}} (?:de|d'au moins) {_COUNT.format(1)} jours"
    rf"|\b(?:dans|durant|pendant)(?: les| un delai de)? {_COUNT.format(2)} jours"
    rf"|\b{_COUNT.format(3)}[ -](?:calendar )?days?(?: public| written)?(?: review and)?"
    r"(?: public)? (?:comment|consultation|review|notice|pre-publication)"
    rf"|\bwithin {_COUNT.format(4)} (?:calendar )?days"
    rf"|\b(?:period|expiry) of {_COUNT.format(5)} days|\b{_COUNT.format(7)}[ -]days? period"
    rf"|\bconsultation(?: publique| ecrite)? (?:de|d'une duree de) {_COUNT.format(6)} jours"
)
FROM_PUBLICATION = _any(
    r"\b(?:de|suivant|apres|depuis)(?: la| sa)?(?: presente)?(?: date de)?(?: la| sa)?"
    r" (?:presente )?publication",
    r"\b(?:publication of th|date of publication|(?:following|after) (?:this |the )?publication)",
    r"\b(?:publie|pour commentaires|parution|presente publication|prepublication|prepublie)",
    r"\b(?:comment|consultation|review|public) period|\bday (?:public )?(?:comment|consultation)",
    r"\bperiode de (?:consultation|commentaires)|\bdelai de (?:consultation|commentaires)",
    r"\b(?:compter|partir) d'aujourd'hui|\bdu present avis|\bof this notice|\bof today",
)
SAME_PERIOD = _any(
    r"\b(?:ce|dudit|ledit|du|cette|du meme) (?:delai|periode)\b|\bl.expiration d[eu]",
    r"\b(?:this|that|the said|the above) (?:period|time limit|deadline)\b|\bexpiry of\b",
)
DRAFT = _any(r"\bprojets? de reglement|\bdraft regulation|\bgazette officielle")
PERIOD_OF_THE_LAW = (
    45  # Loi sur les règlements, article 11: unless the notice says another
)
