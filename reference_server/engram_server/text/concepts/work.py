"""Concept groups about earning and learning: work, professions, business, money, study. Data."""

GROUPS = """
job work career profession occupation employment | office company boss manager role position hire promotion
job career profession occupation | teacher engineer nurse doctor lawyer designer developer chef accountant salesperson
profession occupation | programmer scientist artist writer pilot mechanic architect journalist therapist counselor
employed employer employee | job company hire staff worker
worker employee staff | labor workforce
unemployed unemployment jobless | fired layoff
hire recruit | job interview
interview | job candidate resume
resume cv | job application
apply application | job form submit
boss manager supervisor | lead
manage | team boss
colleague coworker teammate | office work
promotion | raise career manager
quit resign | left job
fired layoff dismissed | job lost sacked redundancy
retire retiree | pension
salary wage pay income earnings | money raise bonus
earn | salary money income
internship intern apprentice apprenticeship trainee | job student
freelance contractor | client
shift | night schedule
meeting appointment | agenda zoom schedule conference
conference convention summit | speaker talk meeting keynote panel
deadline due | project
project | task assignment deadline plan
task assignment | homework todo duty
office workplace | desk cubicle job
business company firm corporation enterprise | startup entrepreneur customer client brand shop store owner industry
startup | founder entrepreneur company venture investor
entrepreneur founder | startup business
customer client | service buyer
product | launch brand sell
marketing advertising | campaign brand promote ad
promote publicity | marketing advertise
sponsor endorsement sponsorship | brand deal
brand | logo company
industry sector | manufacturing factory
factory manufacturing | production
partnership | partner business collaborate
collaborate | together partner teamwork
team teamwork | group colleague player
negotiate | deal contract
contract agreement deal | sign
teacher professor instructor tutor educator | school class lecture
teach tutor instruct | class lesson student teacher coach education
engineer | technical mechanical civil design software
programmer developer coder | software code
lawyer attorney solicitor | law court legal
accountant bookkeeping | tax finance
nurse | hospital patient
journalist reporter journalism | news article newspaper
writer author novelist | book write novel poet
scientist researcher | lab
photographer photography | camera photo lens
designer | graphic fashion
actor actress acting | movie theater role audition
model | fashion runway
mechanic | car repair
pilot | plane fly airline
farmer farming agriculture | crop
farm ranch | cow tractor barn crop
carpenter carpentry woodworking | wood
firefighter fireman | fire rescue
police cop | officer crime arrest detective
soldier | army military
secretary receptionist assistant
barista | coffee cafe
hairdresser barber stylist | hair
coach trainer | train team sport
librarian | library
social worker counselor | counseling therapy
counseling counselor | therapy mental psychology
money cash currency | dollar pay salary budget price saving coin euro pound finance fund
finance financial | money budget loan debt saving invest bank tax
rich wealthy wealth | money millionaire fortune
poor poverty | homeless needy
bank | account loan
pay payment | money bill
save | money budget bank
budget | money expense saving
debt loan owe | mortgage credit
invest investor | stock share fund crypto
stock | market invest portfolio
tax | irs
insurance | policy coverage claim
donate charity | fundraiser money give volunteer nonprofit
fundraiser | charity donation money raise
crypto bitcoin
study education learning | school college university degree course class student major exam
school | teacher class student classroom elementary kindergarten pupil
college university campus | degree student dorm major
student pupil | school college class
degree diploma qualification certificate | bachelor master phd graduate major
graduate | degree college diploma ceremony
major field | psychology biology engineering degree
phd doctorate | thesis dissertation research
certificate certified | course training
course class lesson workshop seminar | training lecture teacher tutorial
learn study | lesson class practice taught course
exam test quiz | midterm finals grade
grade mark score | exam
homework assignment | school
lecture | professor class
research study | scientist experiment thesis
essay paper thesis | write
scholarship grant | tuition
tuition | college fee
library | book
subject | math history biology chemistry physics geography
math mathematics | algebra geometry calculus
train practice | coach learn
schedule calendar agenda timetable | appointment
experience | learned background
knowledge know | learn fact
curriculum syllabus | course
electrician plumber carpenter | trade
bartender barista waitress | bar cafe
cashier clerk | store
janitor cleaner | clean
guard | security
driver chauffeur | taxi truck
courier | delivery
realtor | house property
property estate | house land
consultant | advice client
analyst | data finance
veterinarian | animal
pharmacist | drug
paramedic | ambulance emergency
surgeon | surgery
editor editing | book film magazine
translator interpreter | language
musician | band
chef | restaurant
scientist | biology chemistry physics
psychologist | therapy
judge | court
astronaut | space
tailor seamstress | sew clothes
gardener landscaper
blogger vlogger youtuber | blog video
streamer | stream game
workload busy overworked | stress
overtime | work hours
remote telework | home work
commute | work drive train
strategy tactic approach method | plan
skill | communication leadership programming
leadership | leader team
network | contact professional
profit revenue earnings turnover | business sales
loss deficit
bankrupt bankruptcy
inventory stock warehouse | store
supplier wholesaler vendor
logo | brand design
audit | tax accounting
kindergarten preschool daycare nursery | child
principal headmaster | school
dissertation thesis | phd
semester | college
mentor tutor | help
presentation slides talk | speech audience
"""
