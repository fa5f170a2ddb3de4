"""Places that most people have heard of, and the words that name kinds of places. Data.

Countries with their usual short forms, states of the USA, provinces, continents and regions, and larger cities. A
place that is missing is still found as a name, and as a place where the sentence says so ("moved to ...").
"""

from __future__ import annotations

from typing import FrozenSet

_ONE_WORD = """
afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh
barbados belarus belgium belize benin bhutan bolivia botswana brazil brunei bulgaria burundi cambodia cameroon canada
chad chile china colombia congo croatia cuba cyprus denmark djibouti ecuador egypt england eritrea estonia eswatini
ethiopia fiji finland france gabon gambia georgia germany ghana greece greenland grenada guatemala guinea guyana haiti
honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan kazakhstan kenya kosovo
kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi
malaysia maldives mali malta mauritania mauritius mexico moldova monaco mongolia montenegro morocco mozambique myanmar
namibia nepal netherlands holland nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru
philippines poland portugal qatar romania russia rwanda samoa scotland senegal serbia singapore slovakia slovenia
somalia spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tunisia turkmenistan
uganda ukraine uruguay usa nyc us uk uae uzbekistan venezuela vietnam wales yemen zambia zimbabwe africa america
antarctica asia europe oceania scandinavia siberia bavaria tuscany sicily sardinia corsica crete andalusia catalonia
provence normandy brittany flanders patagonia himalayas alps andes pyrenees balkans caribbean alabama alaska arizona
arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana
maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon
pennsylvania tennessee texas utah vermont virginia wisconsin wyoming ontario quebec alberta manitoba saskatchewan
queensland tasmania bali java sumatra borneo abuja accra adelaide aleppo alexandria algiers amman amsterdam anchorage
ankara antwerp asheville athens atlanta auckland austin baghdad baku baltimore bangalore bangkok barcelona basel
beijing beirut belfast belgrade berkeley berlin bern bilbao birmingham bogota bologna bombay bordeaux boston boulder
brasilia bratislava brisbane bristol brooklyn bruges brussels bucharest budapest buffalo cairo calgary cambridge
canberra caracas cardiff casablanca charlotte chennai chicago cincinnati cleveland cologne copenhagen cordoba dakar
dallas damascus delhi denver detroit dhaka doha dresden dubai dublin durban dusseldorf edinburgh edmonton eindhoven
essen florence frankfurt fukuoka gdansk geneva genoa ghent glasgow gothenburg granada graz guadalajara guangzhou haifa
halifax hamburg hanoi hanover harare havana helsinki hiroshima hobart honolulu houston hyderabad indianapolis
innsbruck istanbul izmir jacksonville jakarta jerusalem johannesburg kabul karachi kathmandu khartoum kinshasa kolkata
krakow kyiv kyoto lagos lahore lausanne leeds leipzig lima lisbon liverpool ljubljana london luxor lyon madison madrid
malaga malmo manchester manhattan manila maputo marrakesh marseille medellin melbourne memphis miami milan milwaukee
minneapolis minsk montevideo montpellier montreal moscow mumbai munich nagoya nairobi nantes naples nashville newark
newcastle nottingham nuremberg oakland odessa orlando osaka oslo ottawa oxford palermo paris perth philadelphia
pittsburgh porto portland prague pretoria quito raleigh reykjavik richmond riga rome rotterdam sacramento salzburg
sapporo sarajevo savannah seattle seoul seville shanghai sheffield shenzhen skopje sofia stockholm strasbourg
stuttgart sydney taipei tallinn tampa tbilisi tehran tijuana tokyo toledo toronto toulouse trieste tripoli tucson
tunis turin utrecht valencia vancouver venice verona victoria vienna vilnius warsaw wellington winnipeg yokohama
zagreb zurich
"""

_MORE_WORDS = """
costa rica, czech republic, dominican republic, el salvador, hong kong, ivory coast, new zealand, north korea, south
korea, north macedonia, papua new guinea, puerto rico, san marino, saudi arabia, sierra leone, south africa, south
sudan, sri lanka, the hague, united arab emirates, united kingdom, united states, united states of america, great
britain, northern ireland, cape verde, burkina faso, latin america, south america, north america, central america,
middle east, new hampshire, new jersey, new mexico, new york, new york city, north carolina, north dakota, rhode
island, south carolina, south dakota, west virginia, british columbia, nova scotia, new south wales, new england, abu
dhabi, addis ababa, belo horizonte, buenos aires, cape town, baton rouge, colorado springs, dar es salaam, el paso,
fort worth, ho chi minh city, kansas city, kuala lumpur, la paz, las vegas, long beach, los angeles, mexico city, new
delhi, new orleans, niagara falls, oklahoma city, panama city, phnom penh, porto alegre, rio de janeiro, salt lake
city, san antonio, san diego, san francisco, san jose, san juan, santa barbara, santa cruz, santa fe, santa monica,
sao paulo, st louis, st petersburg, st paul, tel aviv, virginia beach, washington dc, palo alto, ann arbor, silicon
valley, bay area, grand canyon
"""

PLACES: FrozenSet[str] = frozenset(_ONE_WORD.split()) | frozenset(
    " ".join(place.split()) for place in _MORE_WORDS.split(",")
)

# English words, given names or other things as well; without a capital they say nothing.
_DOUBTFUL_PLACES = frozenset(
    """
    austin bali bern buffalo chad charlotte china essen florence georgia guinea india israel java jordan maine mali
    milan madison nice oman richmond sofia turkey victoria virginia savannah toledo uk us
    """.split()
)
CERTAIN_PLACES: FrozenSet[str] = PLACES - _DOUBTFUL_PLACES

# A name that ends in one of these is a place: "Hyde Park".
PLACE_ENDS: FrozenSet[str] = frozenset(
    """
    airport alley arena avenue ave bay beach boulevard bridge canyon castle cathedral cave cliffs coast county creek
    desert district falls forest garden gardens gorge harbor harbour heights hill hills hotel inn island islands isles
    lake lane library mall market mountain mountains museum palace park peninsula plaza plateau port province range
    region reserve resort restaurant river road square stadium state station street theater theatre tower town valley
    village volcano waterfall woods zoo cafe café bakery bistro pub diner springs trail
    """.split()
)

# A name that begins with one of these and goes on is a place: "Lake Garda".
PLACE_STARTS: FrozenSet[str] = frozenset("lake mount mt port fort hotel cafe café cape isle rio san santa".split())
