"""Concept groups about free time: hobbies, arts, music, film, books, games, sports, travel, holidays. Data."""

GROUPS = """
hobby interest pastime activity | painting drawing reading hiking camping swimming running dancing cooking baking
hobby interest pastime activity | gardening photography pottery knitting guitar piano yoga chess gaming fishing cycling
hobby pastime activity | climbing skiing surfing writing sewing crafts collecting birdwatching singing
leisure fun | weekend relax hobby play enjoy
outdoors nature wilderness | hike camp mountain beach park forest kayak climbing fishing trail river lake
indoor | reading puzzle
camp | tent campfire campsite hike marshmallow sleeping
hike trek | trail mountain backpack walk forest summit
walk stroll | hike park
run jog | race marathon treadmill sprint
marathon race | run
climb | mountain boulder rope
fish | rod boat lake trout
hunt | deer rifle
swim | pool beach lap ocean lake
surf surfer | wave beach board
ski snowboarding | slope snow mountain
skate skateboard | rink ice
boat sail | kayak canoe yacht lake
kayak canoe rafting paddle | river
cycle bike | ride mountain helmet
ride | horse bike
exercise workout fitness | gym run jog yoga swim weights lifting cardio pilates training bike boxing crossfit
gym | workout weights fitness
yoga meditation mindfulness pilates | relax calm stretch
boxing karate judo kickboxing taekwondo | martial
sport athletic | basketball football soccer tennis baseball hockey golf volleyball rugby cricket badminton
sport | swimming running surfing skiing boxing gymnastics wrestling skating team
athlete player | sport team
ball | soccer basketball football tennis
football soccer | goal league team
basketball | nba court hoop
baseball | bat league
tennis | racket court
golf | course
league championship tournament cup | team season final
win victory triumph | trophy medal prize champion
award prize trophy medal | won winner honor
achieve accomplish | success win goal award milestone proud
compete competition contest tournament championship | match race win
match | game tournament
score point | game goal
team squad | player coach league
fan supporter
dance dancer | ballet salsa choreography studio ballroom tango
game gamer | play videogame console chess board cards puzzle
videogame | console nintendo playstation xbox pc
console | nintendo playstation xbox switch
chess | board
puzzle | jigsaw crossword sudoku
poker casino gambling bet | cards
play | game toy theater
art artwork | painting drawing sculpture sketch gallery museum exhibit canvas pottery artist mural illustration
artist | painter sculptor musician singer art
paint painter | canvas watercolor brush art portrait landscape mural
draw sketch | pencil art doodle illustration
sculpture statue sculptor | clay marble
gallery exhibition | museum art show display
museum | exhibit art history
canvas easel
portrait | painting face
craft handmade diy | pottery knit sew crochet woodworking origami
pottery ceramic clay | bowl kiln wheel mug
knit crochet | yarn wool scarf sweater
sew stitch embroidery | fabric thread needle quilt
fabric cloth textile | cotton silk wool
collect collector | stamp coin vintage
photo picture image snapshot | camera portrait selfie
camera | lens photo
video clip | youtube film footage channel
music | song band concert album singer playlist guitar piano sing jazz rock pop classical hiphop melody
song tune track | sing lyrics music melody album
lyrics | song
sing singer vocalist | song choir karaoke voice
choir | sing church
band group | concert album guitarist drummer musician
musician | guitarist pianist drummer violinist singer band
instrument | guitar piano violin drum flute saxophone cello ukulele clarinet trumpet keyboard bass harp banjo trombone
guitar | guitarist acoustic strum chord
piano keyboard | pianist
violin fiddle | violinist
drum percussion | drummer
genre style | rock jazz pop classical fantasy thriller comedy romance
composer | mozart beethoven bach symphony
orchestra symphony | conductor classical
concert gig | band music stage tour live
show performance | stage concert audience theater play
perform | stage concert show
stage | theater audience perform
theater drama | play actor musical broadway stage
film cinema | watch actor director documentary trilogy sequel comedy thriller screening scene
watch view | movie tv show series
documentary | film
series show sitcom | episode season netflix tv anime
tv | show series channel watch netflix
episode | series season
animation cartoon | disney character
director | film
comedy comedian standup | funny joke laugh
joke prank | funny laugh
horror scary | ghost monster
superhero | marvel batman superman comic
comic manga | superhero
podcast | episode listen
radio | station
book novel | author read story chapter series library fiction literature memoir paperback
read | book novel library
story tale | book fiction plot
poem poetry poet verse | write
fiction fantasy | novel dragon magic
biography autobiography memoir
magazine newspaper | article
write | book novel poem blog journal article story screenplay script essay
script screenplay | movie write
blog | post write
journal diary | write
publish publication | book article
bookstore bookshop | book
travel trip journey voyage | vacation flight visit abroad hotel cruise airport passport roadtrip tourist sightseeing
vacation holiday getaway | trip travel beach hotel resort
tourist tourism sightseeing | travel
visit attend go | trip
visit | went tour
abroad overseas | travel country foreign
explore | travel adventure discover
adventure | explore travel
hotel motel hostel resort inn airbnb | stay room
luggage suitcase baggage | pack
passport visa | travel
souvenir | trip gift
destination | travel place
roadtrip | drive car
cruise | ship
pack | suitcase bag
party | celebrate birthday friends dance
celebrate party | birthday anniversary festival toast champagne
birthday | cake party celebrate turned
anniversary | wedding years celebrate
event occasion | party concert festival meeting conference fundraiser parade workshop wedding ceremony
festival carnival fair | music parade concert
parade march | pride float
ceremony | wedding graduation award
reunion gathering | family friends
holiday | christmas thanksgiving easter halloween hanukkah diwali
christmas xmas | santa tree december gift
halloween | costume pumpkin october
easter | bunny eggs
thanksgiving | turkey november
invite | party guest
firework | july celebrate
toast cheers
climb | wall gym
archery | bow arrow
snowboard | winter
gymnastics | flip
triathlon | swim run bike
relay sprint | race
referee umpire | game match
stadium arena | game concert
coach | practice
mascot | team
olympics | medal athlete
roleplay dungeons | dice dragon fantasy
lego | build
kite drone | fly
bowling billiards darts | game
calligraphy lettering | pen
origami | paper
beading | jewelry
scrapbook album | photo
graffiti mural | street art
acrylic watercolor oil | paint
brush palette easel | paint
sketchbook | draw
clay | pottery sculpture
playlist | song
rap hiphop rapper
jazz blues | saxophone
rock metal punk | guitar band
classical | mozart bach beethoven orchestra piano
record vinyl | music
soundtrack score | film
rehearsal practice | play band
audition | role
circus clown | acrobat
magic | trick wizard
trilogy saga | book film
wizard witch | magic
vampire zombie ghost | horror
detective mystery | novel crime
library | borrow
bookclub | read
quote saying proverb
campsite | tent
backpacking | hostel trail
itinerary | trip plan
sightsee landmark monument | tourist tower statue
castle palace fortress
spa massage sauna | relax
nightclub club disco | dance music
karaoke | sing
barbecue cookout potluck | food party
shower | baby bridal party
prom | school dance
costume | party
balloon | party
"""
