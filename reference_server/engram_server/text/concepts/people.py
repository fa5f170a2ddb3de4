"""Concept groups about people: family, love and friendship, ages, identity, names, character. Data."""

GROUPS = """
family relative kin | mom dad parent sister brother sibling son daughter aunt uncle cousin niece nephew grandma grandpa
family relative | husband wife spouse child grandchild household ancestor
parent | mom dad stepmother stepfather parenthood
mom mama ma
dad papa pop
mother | maternal motherhood
father | paternal fatherhood
sibling | brother sister twin triplet stepbrother stepsister
brother bro
sister sis
child | son daughter baby toddler boy girl newborn infant youngster teenager childhood
child | stepson stepdaughter preschooler schoolchild
baby infant newborn | diaper crib stroller pram cradle nursery pacifier toddler
teenager teen adolescent youth | highschool
grandparent | grandma grandpa nana
grandma nana nan gran
grandchild | grandson granddaughter
aunt auntie
cousin | relative
spouse partner | husband wife married boyfriend girlfriend fiance fiancee
husband hubby
wife | bride
boyfriend girlfriend | dating relationship
fiance fiancee | engagement proposal
relationship | dating boyfriend girlfriend husband wife married single engaged divorce breakup partner marriage romance
status | single married divorced engaged relationship
married marriage wedding | husband wife bride groom ceremony honeymoon vow anniversary engaged spouse newlywed
wedding | bridesmaid groomsman reception venue bouquet
engaged propose | ring fiance fiancee wedding
divorce separated | split breakup custody ex
breakup | split ex dumped heartbreak
dating | tinder romance crush boyfriend girlfriend
romantic romance | love candle valentine kiss dating crush
kiss hug cuddle embrace | affection
friend buddy pal mate bestie companion | friendship
friendship | friend buddy bond
acquaintance | neighbor colleague contact
neighbor neighborhood | community nearby street block
pregnant pregnancy expecting | baby birth due trimester maternity ultrasound midwife
birth born | baby birthday delivery labor newborn midwife
born | birthday birthplace hometown native
adopt | orphan foster agency shelter
raise upbringing | grew childhood
hometown origin roots native | born grew raised childhood heritage country
ancestor ancestry heritage | roots descent genealogy grandparent tradition
orphan orphanage | adopt foster
childhood | kid young grew school toy memory
adult grownup
elderly senior | old aged grandparent retire
old aged ancient elderly | vintage antique
age | old young birthday turned born years
young youthful | kid teenager
man guy bloke gentleman | male boy husband
woman lady | female girl wife
boy lad | son
girl | daughter
male masculine | man boy
female feminine | woman girl
gender | male female man woman transgender nonbinary pronoun
transgender trans | transition hormone gender lgbtq nonbinary
lgbtq queer gay lesbian bisexual homosexual | pride transgender rainbow
sexuality orientation | gay straight lesbian bisexual queer
identity | gender transgender ethnicity nationality religion
ethnicity race | black white asian hispanic latino african american
nationality citizenship citizen | passport country immigrant born
immigrant migrant refugee emigrate | visa citizenship abroad border asylum country
name called | nickname surname
nickname alias | called
twin | identical triplet
person human individual folk
crowd audience | spectator attendee
stranger | unknown
guest visitor | host invite visit
host hostess | guest party
hero heroine idol | inspiration admire rolemodel
mentor | coach advisor guidance teacher inspire
fan admirer | supporter favorite
enemy rival opponent | competitor foe
leader chief | boss captain president head
member | club group team join belong
single bachelor | unmarried
widow | death husband wife
death die dead deceased | funeral passed grief killed fatal cemetery burial lost obituary
funeral | cemetery burial grave coffin mourning memorial
grief mourning bereavement | loss sorrow funeral death
grave cemetery tomb
heir inheritance | estate legacy
personality character temperament | shy outgoing kind funny introvert extrovert honest calm confident stubborn patient
trait quality attribute characteristic | kind honest brave patient generous loyal caring thoughtful confident strong
introvert shy reserved quiet | timid
extrovert outgoing sociable | social friendly
friendly sociable welcoming | nice warm
kind caring compassionate thoughtful considerate | gentle nice generous
compassion empathy kindness sympathy | caring understanding compassionate
generous | giving donate
honest honesty sincere truthful trustworthy | trust
dishonest | lie liar cheat deceive
brave courageous bravery | fearless bold
stubborn obstinate
patient patience | calm
lazy | idle
hardworking diligent | dedicated effort
dedicated devoted commitment | passionate loyal
ambitious ambition | goal drive career
confident | assured bold
humble modest | humility
funny humorous hilarious witty | joke laugh comedy
humor | funny joke laugh comedy
clever smart intelligent bright | genius wise
intelligence | smart clever mind
stupid foolish dumb silly
creative imaginative | artistic inventive original
curious curiosity | wonder explore
responsible | duty accountable
independent | freedom
selfish greedy | greed
polite courteous | manners respectful
rude impolite | disrespectful
strict stern
loyal loyalty faithful
reliable dependable | trust
talented gifted | skill ability
skill ability talent | able capable expertise learn
expert expertise specialist | skilled professional experienced
beginner novice newbie | amateur
beautiful pretty gorgeous attractive lovely | stunning handsome
handsome | attractive
ugly | unattractive
tall height
short height
thin slim skinny slender | lean
fat overweight obese
hair | blond brunette redhead haircut curly ponytail beard hairdresser bald
haircut | barber hairdresser salon hair
beard moustache | shave facial
appearance look | tall hair beautiful handsome eyes face
face facial | eyes nose mouth cheek chin
tattoo piercing | ink
stepfather stepmother stepparent | family parent
nephew niece | aunt uncle
bride groom | wedding
nanny babysitter babysit | child
parenting | child school discipline
foster | child adopt
divorced | ex custody
affair infidelity unfaithful | cheat
flirt | crush date
bully | school harass
gossip rumor
lgbtq | activism parade community
role responsibility duty
habit routine ritual | daily morning
tradition custom ritual | culture holiday family
culture heritage | tradition food language festival
accent dialect | language
voice | sing speak
smile | happy
"""
