"""Concept groups about the wider world: technology, transport, places, politics, law, religion, science. Data."""

GROUPS = """
computer laptop pc | device keyboard mouse monitor desktop macbook software
device gadget | phone laptop tablet computer camera smartwatch
technology tech | computer software device app robot
software app application program | code computer developer
interface ui | screen menu button theme layout font mode
programming coding | python java javascript software developer
website webpage site | online internet web blog
internet online web | website wifi
phone smartphone cellphone mobile iphone android
tablet ipad
robot | ai
ai | chatbot model
data database | analytics
hacker hacking cybersecurity | password security
password login | account
printer | print
battery charger | charge
social media instagram facebook twitter tiktok | post follower influencer
influencer | follower brand
follower subscriber
stream | twitch youtube netflix
car automobile vehicle auto | truck suv sedan van drive engine tire
vehicle | car truck bike motorcycle van bus scooter
drive driver | car license road
motorcycle motorbike scooter
truck lorry
bus coach | station
train railway rail | station subway
subway metro underground
plane airplane aircraft jet | flight airport pilot
flight fly | plane airport airline
airport | flight plane
ship boat ferry vessel | sail
taxi cab uber
traffic commute | car road
road street highway | drive
gas petrol fuel gasoline
ticket | concert flight
accident crash
country nation | japan france italy spain germany england china india mexico canada brazil thailand australia greece
country nation | ireland sweden turkey egypt portugal switzerland norway vietnam korea peru argentina morocco
continent | europe asia africa america
city town | paris london tokyo york boston seattle chicago rome barcelona berlin toronto vancouver miami
state | california florida texas washington colorado oregon minnesota indiana georgia ohio michigan arizona
america american usa | york california
britain british england english uk | london
france french | paris
germany german | berlin munich
spain spanish | madrid barcelona
italy italian | rome milan venice florence
japan japanese | tokyo kyoto osaka
china chinese | beijing shanghai
india indian | delhi mumbai
korea korean | seoul
mexico mexican
canada canadian | toronto vancouver montreal
brazil brazilian | rio
russia russian | moscow
sweden swedish | stockholm
norway norwegian | oslo
denmark danish | copenhagen
finland finnish | helsinki
netherlands dutch holland | amsterdam
poland polish | warsaw
portugal portuguese | lisbon
greece greek | athens
turkey turkish | istanbul
switzerland swiss | zurich geneva
austria austrian | vienna
ireland irish | dublin
scotland scottish | edinburgh
australia australian | sydney melbourne
thailand thai | bangkok
vietnam vietnamese | hanoi
egypt egyptian | cairo
africa african
europe european
asia asian
language | english spanish french german japanese chinese italian korean russian portuguese arabic
village countryside rural
urban downtown | city
location place | city park beach museum restaurant cafe
area region neighborhood district
map | route
politics politician | vote election government campaign policy party
election vote voter | campaign president
president | election government
government | politics minister
democrat liberal | progressive
republican conservative
protest demonstration rally activism activist | rights march
rights equality justice | activism
law legal | lawyer court judge
court trial judge | law jury
crime criminal | police theft murder robbery
steal theft robbery rob thief
murder kill homicide
prison jail
arrest | police
military army navy | soldier veteran war service officer
veteran | military army
war battle combat
weapon gun | rifle knife
religion religious faith belief spiritual | church god prayer bible temple christian muslim jewish buddhist
church | pray priest christian
god lord | faith
pray prayer | church
christian | church jesus
muslim islam | mosque ramadan quran
jewish judaism jew | synagogue
buddhist buddhism | meditation
hindu hinduism | temple
bible scripture
spiritual | meditation
science scientific | physics chemistry biology research lab experiment
experiment | lab
history historical | war museum
psychology | mind mental
biology | cell
chemistry chemical
club group organization association community society | member team
charity nonprofit | volunteer donate
community | neighborhood volunteer local
homeless | shelter
news | article newspaper headline
laptop | macbook
keyboard mouse
monitor screen display
headphones earphones earbuds | music
speaker | music sound
charger | phone
download upload
backup | data file
file document folder
bug error crash glitch | software
update upgrade | software
python javascript java rust | code
electronics | device
machine engine motor
tire wheel
garage | repair
bridge tunnel
pedestrian crosswalk
border customs | passport
capital | city
embassy consulate | visa
region province county
north northern
south southern
east eastern
west western
hawaii alaska
israel israeli
iran iranian
iraq iraqi
pakistan pakistani
argentina argentinian
chile chilean
peru peruvian
colombia colombian
cuba cuban
kenya kenyan
nigeria nigerian
morocco moroccan
indonesia indonesian | bali jakarta
philippines filipino | manila
ukraine ukrainian | kyiv
hungary hungarian | budapest
romania romanian | bucharest
belgium belgian | brussels
croatia croatian
iceland | reykjavik
zealand kiwi | auckland
senator congress parliament | politics
mayor council | city
candidate | election
petition | protest
feminism feminist | women equality
racism racist discrimination prejudice | race
lawsuit sue | court
inmate prisoner | jail
bomb explosion
pastor priest minister | church
choir | church
mosque synagogue temple | religion
angel heaven
soul spirit
monk nun
evolution | biology
gene genetic dna
cell molecule atom
vaccine | science
telescope | star
laboratory lab
headline | newspaper
interview | job reporter
"""
