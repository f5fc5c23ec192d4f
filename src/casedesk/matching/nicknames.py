"""Short and pet names, and a few names that are written so differently that no sound brings them together.

Only names that belong to one first name; where one belongs to several ("Sasha" to Alexander and Alexandra) these sound
alike anyhow. Every name here is folded.
"""

from __future__ import annotations

_TABLE = """
abigail: abby gail
alexander: alex sandy sasha sascha sacha sanya shura aleks alejandro oleksandr aliaksandr iskander sander alessandro
andrew: andy drew andriy andrii andres andrei andrey andrzej anders
anna: anya annie anita nancy
anthony: tony antonio toni antoine anton
barbara: barb barbie
beatriz: bea betty
benjamin: ben benny benji
catherine: cathy kate katie kathy kit katya katja katia ekaterina yekaterina kateryna katarzyna catalina
charles: charlie chuck carlos karl carl
christopher: chris kit topher
daniel: dan danny dani
david: dave davey
deborah: deb debbie
dmitry: dima mitya dmytro dmitri
dorothy: dot dottie dolly
edward: ed eddie ned ted eduardo
elizabeth: liz lizzie beth betsy eliza elisabeth yelizaveta elizaveta isabel
eugene: gene yevgeny evgeny evgeni yevgeni zhenya yevhen
francis: frank francisco paco pancho francesco franz frantz
frederick: fred freddy freddie
george: georgie jorge giorgi georgi georgios yorgos yuri jurij yuriy yury iurii
grace: gracie graciela
gregory: greg grigory hryhoriy
guadalupe: lupe lupita
helen: nell elena yelena olena helena
ignacio: nacho
ivan: vanya
jacob: jake jakob yakov yaakov jacobo
james: jim jimmy jamie
jennifer: jen jenny jenn
jesus: chuy chucho
jessica: jess jessie
john: jack johnny jon ioannis giannis
joseph: joe joey jose pepe yusuf yosef yousef yousuf youssef giuseppe iosif josef jozef pepito
jamal: gamal
katerina: rina
lawrence: larry laurence
leonid: lenya
leonard: len lenny leo
louis: lou louie luis lucho luigi
maria: mary marie marya mariya masha molly maribel
margaret: maggie meg peggy marge margarita
matthew: matt mateo mattias matvey
michael: mike mikey mick mickey miguel mikhail mykhailo misha michel mikael michal mihail
mohammed: mo mohd md muhammed mehmet mohamad muhammad muhammet mahomet magomed
natalia: natasha nata natalie natalya
nicholas: nick nicky nicolas nikolai nikolay nico mykola kolya
olga: olya olha
patricia: pat patty trish
patrick: paddy patricio
paul: pablo pavel pavlo pasha
peter: pete pedro pyotr petr petro petya
philip: phil felipe
rebecca: becky becca
richard: rich rick ricky dick ricardo
robert: bob bobby rob robbie bert roberto
ronald: ron ronnie
rosario: charo
samuel: sam sammy
sergey: serhiy serge sergio seryozha
stephen: steve steven stevie esteban stefan stepan
susan: sue susie suzy susana
tatiana: tanya tania tetiana
theodore: theo fyodor fedor teodoro
theresa: terry tess tessa teresa tere
thomas: tom tommy tomas
timothy: tim timmy timofey
victor: vic
victoria: vicky vika
vladimir: volodymyr vova volodya
william: bill billy will willie liam guillermo memo
xavier: javier
yulia: julia iulia giulia julie yuliia
zachary: zach zack
"""

FULL = {
    short: full
    for line in _TABLE.strip().splitlines()
    for full, _, rest in [line.partition(":")]
    for short in rest.split()
}
"""The first name that each short one stands for."""
