"""Concept groups about inner life, health and dealings between people: feelings, illness, talk, verbs. Data."""

GROUPS = """
feel emotion mood | happy sad excited nervous proud anxious grateful scared angry upset thrilled relieved
feel emotion | lonely jealous ashamed embarrassed hopeful disappointed frustrated overwhelmed calm
happy glad joyful cheerful delighted joy | pleased smile thrilled
excited thrilled eager enthusiastic | stoked pumped
sad unhappy sorrow miserable | cry upset tear depressed
cry weep tear | sad
depressed | sad mental therapy
angry anger mad furious rage | annoyed upset
annoyed irritated frustrated
upset distressed | sad angry
afraid scared fear frightened terrified | phobia nervous scary horror
phobia | fear
nervous anxious anxiety worry uneasy | stress afraid
stress | anxiety pressure overwhelmed relax burnout
relax unwind destress rest calm | yoga meditation bath massage peaceful soothing therapeutic
calm peaceful serene tranquil | relax
grateful thankful gratitude appreciate
love adore | like passion enjoy
like enjoy love fond | favorite fan prefer
passion | love enthusiasm
hate dislike detest despise loathe
favorite prefer | like love best
surprise astonished amazed shocked | unexpected
disappointed | sad
embarrassed ashamed shame
jealous envy jealousy envious
guilty guilt regret remorse | sorry
lonely loneliness alone | isolated
hope optimistic optimism | wish
wish want desire
bored boredom dull
tired exhausted fatigue weary | sleep
confused | unclear
motivate inspire encourage | drive
inspire influence | role
trust | faith believe
memory remember recall | forget reminder
dream aspiration ambition | goal hope
goal aim objective target | plan dream aspire achieve
plan intend intention | goal future want hope
decide decision choose choice | pick option
opinion view viewpoint perspective | think
idea concept | thought
believe belief think
understand comprehend realize
know aware
attention focus concentrate
health wellness wellbeing | doctor hospital fitness illness diet mental medical
illness disease sickness condition ailment disorder | flu cancer diabetes asthma fever arthritis symptom allergy
medical | doctor hospital health
sick unwell | flu cold fever nausea vomit
flu cold influenza | fever cough
covid coronavirus pandemic | vaccine quarantine lockdown virus
virus infection | flu bacteria
cancer tumor | chemotherapy
diabetes | insulin sugar
heart cardiac | attack
asthma | inhaler breathing
allergy allergic | pollen peanut reaction
headache migraine
pain ache hurt sore | injury
injury injured hurt wound | sprain fracture broke ankle knee accident
fracture broken | bone cast
accident crash collision | injury car
symptom | fever cough
diagnose | disease doctor
doctor physician gp | hospital clinic surgeon specialist appointment
dentist dental | teeth
surgery operation surgeon | hospital
hospital clinic | doctor nurse patient emergency surgery
ambulance emergency
medicine medication drug pill tablet | prescription pharmacy antibiotic dose
pharmacy pharmacist | medicine
vaccine shot
treatment therapy cure | medicine
therapy therapist psychologist psychiatrist counseling | mental
mental psychological | depression anxiety therapy
disability | wheelchair
blind | sight
deaf | hearing
recover recovery heal rehabilitation | health
sleep asleep nap | bed insomnia tired
insomnia | sleep
weight | diet pound kg
pregnancy | birth
body | arm leg head back neck shoulder knee ankle foot hand
smoke cigarette | tobacco vape
addiction | alcohol drug
say tell state mention
talk speak chat conversation discuss
ask question inquire
answer reply respond response
explain explanation clarify
suggest recommend propose advise | advice tip
advice tip guidance recommendation suggestion | advise
argue argument quarrel fight conflict dispute disagreement | disagree
disagree | argue
agree agreement
apologize sorry
promise vow
lie deceive | truth
secret | hidden
praise compliment
joke kidding
call phone | rang
message text | sms email chat
email mail | inbox
letter | mail
contact reach
show demonstrate
buy purchase
begin start commence launch | open
finish complete end conclude | done
stop quit cease | gave
continue keep proceed
help assist support aid | volunteer
volunteer | charity shelter help community
give provide offer donate
get receive obtain
find discover locate
lose misplace | missing
search seek look
fix repair mend
break damage destroy
make create produce
build construct assemble
change alter modify transform
improve enhance upgrade
grow increase expand growth
reduce decrease lower cut
try attempt
join participate enroll register signup | member
attend participate
leave depart departure
arrive reach
return back
meet encounter introduce
wait await
hold carry
put place
throw toss
push shove
pull drag
hide conceal
choose pick select
want need desire
need require necessary
allow permit permission
forbid ban prohibit
protect defend guard
rescue save
prepare ready
organize arrange | plan
borrow lend
use utilize
laugh giggle laughter | funny
smile grin
shout yell scream
happen occur
difficult hard tough challenging
easy simple effortless
problem issue trouble difficulty
important significant crucial essential
great excellent awesome amazing wonderful fantastic
bad terrible awful horrible
strange weird odd unusual
similar alike
dizzy nausea vomit | sick
cough sneeze | cold flu
fever temperature | sick
rash itch eczema | skin
skin | acne
ear hearing
eye vision eyesight | glasses
tooth | cavity braces
back spine | pain
knee ankle hip joint | injury
muscle | strain
bone | fracture
stomach belly tummy abdomen | ache
brain | mind
lung breathing | asthma
blood | pressure donate
physiotherapy physio | injury recovery
checkup | doctor
trauma ptsd | therapy
panic | anxiety attack
autism adhd dyslexia
dementia alzheimer | memory
burn | skin
bandage plaster | wound
crutch wheelchair walker
sober sobriety | alcohol
alert awake
forgive | apologize
betray betrayal
encourage support cheer
comfort console soothe reassure
struggle hardship adversity | difficult
overcome conquer | challenge
courage | brave
pressure | stress
balance | work life
purpose meaning | life
value principle | honesty family
growth | personal
peace harmony
belong acceptance | community
nostalgia nostalgic | memory childhood
thrill exhilarating
fascinated intriguing interesting
satisfied satisfaction content fulfilled
symbol represent | meaning
lesson | learned
mistake error
luck lucky fortunate
risk danger hazard
"""
