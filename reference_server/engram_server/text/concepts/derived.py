"""Words of one family whose stems differ: "decide" and "decision". Data.

Every line is one family; all of it are heads, for a question may use any of them.
"""

GROUPS = """
decide decision
choose choice
die death dead
marry marriage
lose loss
sell sale
fly flight
believe belief
photograph photography photographer
destroy destruction
explain explanation
describe description
receive receipt
succeed success
fail failure
depart departure
survive survivor
grow growth
give gift
live life alive
speak speech
sing song singer
compose composition
choose selection
compete competition competitor
conclude conclusion
apply application
solve solution
produce production
reduce reduction
introduce introduction
donate donor
create creation creative creator
admit admission
permit permission
expand expansion
extend extension
invade invasion
persuade persuasion
divide division
prescribe prescription
subscribe subscription
weigh weight
high height
long length
strong strength
wide width
deep depth
true truth
young youth
proud pride
angry anger
hungry hunger
thirsty thirst
anxious anxiety
curious curiosity
able ability
safe safety
certain certainty
poor poverty
free freedom
bore boredom
wise wisdom
king kingdom
friend friendship
member membership
advise advice
prove proof
relieve relief
grieve grief
save safe
serve service
behave behavior
complain complaint
laugh laughter
hate hatred
know knowledge
see sight
heal health
hot heat
cold chill
warm warmth
injure injury
discover discovery
recover recovery
deliver delivery
examine exam
invent inventor
intend intention
attend attention
annoy annoyance
enter entrance entry
memory memorize remember
robber robbery rob
thief theft
crime criminal
music musician
magic magician
politics politician
history historian historical
electric electrician
art artist
science scientist scientific
economy economic economist
psychology psychologist
biology biologist biological
physics physicist
chemistry chemist chemical
library librarian
fame famous
nerve nervous
religion religious
pray prayer
vary variety various
analyze analysis
emphasize emphasis
bake bakery
brew brewery
sculpt sculpture sculptor
paint painter
act actor actress
write writer
direct director
win winner
begin beginner
move movement
argue argument
treat treatment
enjoy enjoyment
"""
