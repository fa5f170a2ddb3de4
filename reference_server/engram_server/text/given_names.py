"""Given names of people, as far as they tell that a capitalised word is a person. Data.

The names that are common in the languages of Europe and the Americas, and the best known of Africa and Asia. They
are evidence, not a register: a name that is missing is still found by its capital letter, only its kind is not told.
"""

from __future__ import annotations

from typing import FrozenSet

# No English word, so that they can be told without their capital.
CERTAIN_NAMES: FrozenSet[str] = frozenset(
    """
    aaron abdul abdullah abel abigail abraham adam adele adrian adriana agnes ahmad ahmed aidan aisha akira alan alana
    albert alberto alejandra alejandro alessandra alessandro alex alexa alexander alexandra alexei alexis alfonso
    alfred ali alice alicia alina alison allison alma alvaro alyssa amanda amelia amina amir amit amy ana anastasia
    anders andre andrea andreas andrei andres andrew andy angela angelina angelo angie anil anita anjali anke ann anna
    annabel anne annette annie antoine anton antonia antonio anya ariana arjun arnold arthur arturo asha ashley astrid
    audrey aurora ava axel ayesha ayse barbara bart beatrice beatriz becky ben benedict benjamin bernadette bernard
    bernardo bert bertha beth betty bianca bjorn bob bobby boris brandon brenda brendan brent brett brian brianna
    bridget brigitte bruce bruno bryan caio caitlin caleb calvin cameron camila camille candice carina carl carla
    carlos carmen caroline carolyn carrie casey cassandra catalina caterina catherine cathy cecilia cedric celeste
    celia celine cesar chantal charles charlie chelsea cheryl chiara chloe chris christa christina christine christoph
    christopher cindy claire clara clarence clarissa claude claudia clemens clement clyde colin connie connor conrad
    cora corinne courtney craig cristian cristina curtis cynthia dan dana daniel daniela danielle danilo danny daphne
    darren dave david deborah debbie deepak deirdre denis denise dennis derek diana diane diego dieter dimitri dirk
    dmitri dolores dominic dominique donald donna dora doris dorothy doug douglas duarte duncan dustin dwayne dylan
    eddie edgar edith edmund eduardo edward edwin eileen elaine eleanor elena eli elias elijah elisa elisabeth elise
    eliza elizabeth ella ellen ellie elsa elvira emil emilia emilio emily emma emmanuel enrique eric erica erik erika
    ernest ernesto esperanza estelle esther ethan eugene eva evan evelyn fabian fabio fatima federico felicia felipe
    felix fernanda fernando filipe fiona florian frances francesca francesco francis francisco franz fred freddie
    frederic frederick frida fritz gabriel gabriela gabriele gareth gary gavin geoff geoffrey george gerald gerard
    gerhard gertrude gianni gideon gilbert gina giorgio giovanni gisela giulia giuseppe gladys gloria goncalo gordon
    graham greg gregory greta guadalupe guido guillermo gunther gustavo gwen hamid hank hannah hans harold harriet
    harry harvey hassan hector heidi heinrich helen helena helga henri henrik henry herbert herman hiroshi howard
    hubert hugh hugo hussein ian ibrahim ida ignacio igor ilya imran ines inga ingrid irena irene irina irma isaac
    isabel isabella isabelle ismail ivan ivana jackie jacob jacqueline jacques jakob jamal james jamie jan jane janet
    janice jannik jared jasmine jason javier jeanette jeff jeffrey jenna jennifer jenny jeremiah jeremy jerome jerry
    jesse jessica jill jim jimmy joan joana joanna joanne joao joaquin jochen joe joel joey johan johann johanna
    johannes john johnny jon jonas jonathan jorge jose josef joseph josephine joshua juan juanita judith judy julia
    julian juliana julie juliet julio julius jurgen justin justine kai kaito karen karim karin karina karl karla kate
    katherine kathleen kathryn kathy katia katie katrin katrina kavita kayla keiko keith kelly ken kenji kenneth kevin
    khalid kim kimberly kirsten klaus konrad kristen kristin kristina kumiko kurt kyle laila lara larry lars laszlo
    laura lauren laurence laurie lea leah leandro lee leila lena lennart leo leon leonard leonardo leonie leopold
    leroy leslie leticia lewis liam lidia lila linda lindsay lisa liv liz lizzie logan lois lola lorena lorenzo
    loretta lorraine louis louisa louise luc luca lucas lucia luciana lucy ludwig luigi luis luisa luka lukas luke
    luna lydia lynn mabel mackenzie maddie madeleine magda magdalena mahmoud maja malik malcolm manuel manuela marc
    marcel marcela marcelo marco marcos marcus margaret margarita maria mariam mariana marie marina mario marion
    marisa marissa marjorie marlene marta martha martin martina marty marvin mary massimo mateo mateus mathias matilda
    matt matteo matthew matthias maureen maurice mauricio maya mei megan mehmet melanie melinda melissa mercedes
    meredith mia michael michaela michal michel michele michelle miguel mikael mike mikhail mila milan milena milo
    mindy miranda miriam mitchell mohamed mohammad mohammed moira molly monica monika monique morgan moritz morris
    moses muhammad murray mustafa myra nadia nadine nancy naomi natalia natalie natasha nathalie nathan nathaniel neha
    neil nelson nia nicholas nick nicola nicolas nicole niels nigel nikita nikolai nina noah noel noemi nora norma
    norman oleg olga oliver olivia omar oscar osman oskar otto pablo paloma pam pamela paola paolo patricia patrick
    patty paul paula paulina pauline paulo pavel pedro peggy percy perry peter petra phil philip philippe phillip
    phoebe pierre pilar piotr polly prakash priscilla priya quentin rachel rafael raj rajesh ralph ramon ramona
    randall raphael raquel rashid raul ravi raymond rebecca regina reinhard rekha renata renate rene reza rhonda
    ricardo richard rick ricky rita roberta robert roberto rodney rodrigo roger roland rolf roman ron ronald rosa
    rosalie rosemary rosie ross roxanne roy ruben rudolf rudy rupert russell ruth ryan sabine sabrina saeed salma
    salvador sam samantha samira samuel sandra sanjay santiago sara sarah sasha satoshi saul scott sean sebastian
    selena selma serena sergei sergio seth shane shannon sharon shaun sheila shelley sherry shirley shreya sibylle
    sidney siegfried sigrid silvia simon simone sinead siobhan sonia sophia sophie soren spencer stacy stan stanley
    stefan stefanie stella stephan stephanie stephen steve steven stewart stuart sunil susan susana susanna susanne
    suzanne sven svetlana sylvia tabitha takashi tamara tanya tara tatiana ted teresa teresita tess tessa thelma theo
    theodore theresa thomas thiago tiago tiffany tim timothy tina tobias todd tom tomas tommy toni tony tracy travis
    trevor tristan tyler ulrich ulrike ursula uwe valentina valeria valerie vanessa vera veronica vicente vicky victor
    vijay vikram vincent vincenzo vinicius viola virginie vivian viviana vladimir walter wanda wayne wendy werner
    wesley wilfred wilhelm willem william willie winston wolfgang xavier ximena yan yana yara yasmin yasmine yolanda
    yosef youssef yuki yuri yusuf yves yvette yvonne zachary zainab zoe zoya
    """.split()
)

# Words or places as well: a capital letter in the middle of a sentence is what makes them names.
_DOUBTFUL_NAMES: FrozenSet[str] = frozenset(
    """
    abby amber angel april art austin autumn barry bill billy blake brad brandy brooke brooklyn buck buddy carol chad
    chance charity charlotte chase chip christian chuck clay cliff cole colt cooper crystal daisy dakota dale dallas
    dawn dean del dick dolly don drew duke dusty earl eden emery eve faith fay fern fletcher flora florence ford
    forest frank gail gale gene georgia ginger glen glenn grace grant gray guy hazel heather herb holly hope hunter
    india iris israel ivy jack jade jasper jay jean jewel jo jordan josh joy june kay kent lance lane laurel les lily
    london lou madison marina mark mason max may melody mercy merry miles mo nelly norm olive opal paige paris parker
    pat patience pearl peg penny pete piper poppy porter quinn ray red reed rich rob robbie robin rocky rod rose ruby
    rusty sage sally sandy savannah scarlett sierra skip skye sofia star sterling stone sue summer sunny sydney taylor
    terry tiger trinity troy tucker vic victoria violet virginia wade ward warren will willow woody wren
    """.split()
)

GIVEN_NAMES: FrozenSet[str] = CERTAIN_NAMES | _DOUBTFUL_NAMES
