"""English words that are written with a capital letter without being names. Data.

Words that often begin a sentence, greetings, forms of address, days, months, and abbreviations that name nothing. The
stop words and the irregular verbs stand elsewhere and count too.
"""

from __future__ import annotations

from typing import FrozenSet

DAYS_AND_MONTHS: FrozenSet[str] = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january
    february march april may june july august september october november december jan feb mar apr jun jul aug sep sept
    oct nov dec today yesterday tomorrow tonight
    """.split()
)

# Of these some are given names, and only the capital in the middle of a sentence can tell.
_TALK = """
absolutely actually agreed ah aha alas alright aw awesome aww bravo bro bye cheers cheer congrats congratulations cool
cute dear definitely dude duh eh enjoy er excellent exactly excuse exciting fantastic fine folks gee girl gladly glad
goodbye good goodnight gorgeous gosh gotcha great greetings guess guys ha haha hahaha happy hehe hello hey heya hi
hiya hmm hm hooray howdy huh hurray hurrah incredible indeed interesting kinda lol lovely luckily lucky man mate maybe
merry mhm mmm morning nah naturally nice nope obviously oh oi ok okay omg oops ooh ouch perfect please pleased
pleasure probably really respect right sadly seriously sir ma'am madam sorry sounds sup super sure surely sweet ta
thank thanks thankfully thx totally true truly tsk ugh uh um unfortunately wait welcome well whatever whoa wonderful
woohoo woo wow wowza xoxo yay yea yeah yep yes yikes yo you're yup yum yummy
"""
_STARTERS = """
able according add additionally afterwards again ago ahead ain't almost alone along already also although always
amazing another any anybody anyhow anyone anything anyway anyways anywhere apart apparently apologies around art ask
aside assume basically beautiful because before begin believe below besides best better beyond big birthday book books
boss both brand breakfast bring brother busy buy call can care cat certainly change check child children class clearly
clean close coffee coming common completely consider considering content create cross currently dad daddy daily day
days deal definitely depends despite details did different dinner do dog done don't double down dream due during each
early easy eight either eleven else email end enough entire equally especially essentially even evening eventually
ever every everybody everyone everything everywhere evidently except exam family far fast father feel few fifth fifty
finally find first five follow food for forget former four fourth free friend friends from full fun funny further
furthermore game general generally gentle get girls give given glance go god going gonna gotta grab grandma grandpa
granny group half hang hard hardly have having health help hence her here high his holiday holidays home honestly hope
hopefully hot house how however hundred idea ideally if imagine important in including initially inside instead invite
issue item its job join jump just keep kid kids kind kitchen know last lastly late lately later latter least left less
lesson let lets life like likely list listen little live local long look looks lots love low luck lunch main mainly
make many me mean meanwhile meeting meet mention mentioned message might million mine miss mom mommy money month
monthly months more moreover most mostly mother move movie mr mrs much mum mummy music must my name names nana near
nearly need needless neither never nevertheless new news next night nine no nobody none nonetheless normal normally
not note notes nothing notice now nowadays number numerous occasionally odd often old once one ones only open option
order original other others otherwise our out outside over overall own papa parents part party past pay people per
perhaps person personally phone photo pic picture place plan plans play plenty plus point possibly post practice
prefer presently presumably pretty previous previously project pros question quick quickly quite random rather read
ready reason recently recipe regarding regardless regular relax remember reminder remind repeat result review room run
same save say says school second secret see seems self send separately set seven several shall share she short should
show side similarly simple simply since sis sister sit six sleep slowly small so some somebody somehow someone
something sometimes somewhere soon special specifically spend sport stay step still stop story strange strangely
strongly student such suddenly summary supposedly surprisingly take taking talk task teacher technically tell ten
terrible test text than that the their then there therefore these they thing things think third thirty this those
though thought thousand three through throughout thus time times tip tips title to todo together too total toward
towards travel treat trip trust try trying turn turns twelve twenty twice two type typically ultimately under
understood unless unlike until up update upon us use used user using usually vacation various very via video visit
wanna want was watch water way we weather wedding week weekend weekly weird weren't what what's when whenever where
wherever whether which while who whoever whole whose why will wise wish with within without wonder word work works
world worst would write wrong year years yet you young your assistant system bot ai
"""
_ABBREVIATIONS = """
adhd aka am asap atm bbq bc bday bff brb btw ceo cfo coo cto cv diy dm dna dob dvd eta etc faq fomo fyi gps hr id idk
iirc imho imo irl lgbt lgbtq lmao lmk mba md ngl np nvm pc pdf phd pm pos ps ptsd pto qa rip rn rofl rsvp smh tba tbd
tbh thx tl tldr todo tv ttyl ui url vip vs wfh wifi wi-fi wtf x-ray x-rays xmas t-shirt t-shirts e-mail e-mails
"""

PLAIN_WORDS: FrozenSet[str] = frozenset((_TALK + _STARTERS + _ABBREVIATIONS).split())
