"""Problems of form -> the page of each code that is no rule's: what must hold, why, and how it looks when it does not.

Rules explain themselves in `checks`. What is wrong before a rule can judge it, and what only a build can find, is
explained here: a code that is handed to a problem anywhere else must be in one of the two lists.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from generator.problems import Level

_WIDTH = 115


@dataclass(frozen=True, slots=True)
class Form:
    """A code that is no rule's, with its page; the names of the fields are those of a rule."""

    code: str
    reason: str
    """What must hold, in a line."""
    text: str
    """What else there is to know: why it is asked, and what to do."""
    bad: str = ""
    """An example that has the problem: a passage of a file, from the beginning of a line."""
    good: str = ""
    """The same passage, mended."""
    level: Level = Level.ERROR

    @property
    def manual(self) -> str:
        """Its page: the reason, then the rest, in lines as long as those of a rule's page."""
        lines = textwrap.fill(self.text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        return f"{self.reason}\n\n{lines}"


OF_INPUTS: tuple[Form, ...] = (
    Form(
        "input-missing",
        "The folder of the briefing holds `facts.yaml` and `sources.lock`.",
        "Without the one there are no facts, without the other no quote can be proven. Run the command in the folder of"
        " the briefing, or name it with `--root`. A first one is made with `python -m generator new FOLDER`.",
    ),
    Form(
        "base-unusable",
        "An earlier version that is named with `--base` can be read.",
        "Only then can be said whether a fact of it is gone, or a figure changed in silence. Name another version.",
    ),
    Form(
        "seal-broken",
        "A line of `reviews.lock` is a fact, a day, a hash and a reviewer.",
        "Lines are written by `seal`, one for each fact and reviewer. What was written otherwise, or twice, says of no"
        " fact that somebody reviewed it. Remove the line, and have the fact sealed anew.",
    ),
    Form(
        "edition-broken",
        "An entry of `editions.yaml` has a day, hashes and a size, and the oldest edition stands first.",
        "Entries are written by `release`, one for each day; only `url` is yours. An entry that says otherwise would"
        " tell readers of a zip that nobody made. Restore it from git.",
    ),
    Form(
        "input-unreadable",
        "Every file of the briefing can be read.",
        "The system refuses it, for the reason given. Look at its permissions, and whether it is a file at all.",
    ),
    Form(
        "input-outside",
        "Every file of the briefing is within its folder.",
        "A link that leads out of it would bring what nobody reviewed into the site, or what is not for the public. A"
        " link to a folder is not followed at all. Put the file itself there.",
    ),
    Form(
        "input-name",
        "The name of a file in `content/` can be written in a message.",
        "A name with a line break, a hidden character or bytes that are not UTF-8 looks like another one, or like"
        " several lines. Rename the file.",
    ),
    Form(
        "input-changing",
        "No file of the briefing changes while it is read.",
        "It was read several times, and was another one each time or grew meanwhile; half of one state and half of"
        " another is no state at all. Run the command again when it is finished.",
    ),
    Form(
        "input-empty",
        "A file of the briefing holds something besides comments.",
        "An empty file is mostly one that was not saved, and a site made of it would look like a finished one. Restore"
        " it from git, or begin with the example in the README.",
    ),
    Form(
        "input-too-large",
        "A file has at most 20 MiB, a page at most 128 KiB.",
        "Nor has it more than 500,000 lines, 1,000,000 values, or 100,000 bytes in a line that people write; and"
        " `content/` has at most 2,000 pages, of 20 MiB together. Ten thousand facts take three quarters of that, so"
        " what is larger is a mistake or an attack, and is not read to its end. Split the briefing; for one"
        " that is so large on purpose, the variable `BRIEFING_LIMITS` raises the limits, tenfold at most.",
    ),
    Form(
        "not-utf-8",
        "Files are written in UTF-8.",
        "In another encoding the same bytes are other characters, and a quote would not be the one that was copied."
        " Save the file as UTF-8 in your editor.",
    ),
    Form(
        "yaml-syntax",
        "A fact base and a front matter are YAML.",
        "Behind the first such mistake nothing can be read, so the rest of the file is not judged."
        " Look for a missing quotation mark, a colon within a text that has none, a tab, or a wrong indentation.",
        "title: Fire: the mill\n",
        "title: Fire at the mill\n",
    ),
    Form(
        "yaml-character",
        "A file holds only characters that YAML has.",
        "Control characters are not among them: nobody sees them, and programs disagree on what they do. Remove them.",
    ),
    Form(
        "yaml-too-deep",
        "Lists and keys nest at most twelve deep.",
        "A fact base nests four deep; what goes deeper has a wrong indentation or a stray bracket further up.",
    ),
    Form(
        "yaml-documents",
        "A file is a single YAML document.",
        "A line of `---` begins a second one, which a reader of the diff would take for a part of the first. Remove the"
        " line, or move what follows it up.",
    ),
    Form(
        "yaml-alias",
        "Every value is written out where it stands, without anchors (`&name`) and aliases (`*name`).",
        "A reviewer reads one fact at a time and must not look elsewhere for its value. Copy the text; where it begins"
        " with such a sign itself, put it in quotation marks.",
        "- id: sacks\n  label: &flour Sacks of flour lost\n  unit: sacks\n",
        "- id: sacks\n  label: Sacks of flour lost\n  unit: sacks\n",
    ),
    Form(
        "yaml-tag",
        "Values have no tags (`!name`).",
        "What a value is follows from its key, so a tag could only contradict it. Remove it.",
        "value: !!int 1200\n",
        "value: 1200\n",
    ),
    Form(
        "yaml-key",
        "A key is a word.",
        "A list or a mapping in its place comes mostly from a slip in the indentation, or from a bracket too many.",
        "? [label]\n: Sacks of flour lost\n",
        "label: Sacks of flour lost\n",
    ),
    Form(
        "type-wrong",
        "A value is what its key asks for: a text, a list, or keys of its own.",
        "A list of one still is a list: with brackets on the same line, or with a dash before each item below it.",
        "participants: mayor\n",
        "participants: [mayor]\n",
    ),
    Form(
        "key-unknown",
        "A record has only the keys of its kind.",
        "A misspelt key would lose its value without a word. It may also be a field of another kind of fact: events"
        " have no value, figures no place.",
        "hegde: around\n",
        "hedge: around\n",
    ),
    Form(
        "key-duplicate",
        "A record has each key once.",
        "YAML would keep the second and drop the first, and the reviewer who reads the first would not know.",
        "value: 1200\nvalue: 1300\n",
        "value: 1200\n",
    ),
    Form(
        "key-missing",
        "A record has every key that is required of it.",
        "What readers need to judge a fact, such as its date and who says so, has no default that could be taken for"
        " knowledge. Add it; the tables of the manual say what each key holds.",
        "attribution: The mill owners\nvalue: 1200\n",
        "attribution: The mill owners\nmeasure: sacks\nvalue: 1200\n",
    ),
    Form(
        "value-missing",
        "A key has a value.",
        "What is not known is left out, key and all, so that nobody mistakes a gap for an answer. Write the value, or"
        " remove the line.",
        "hedge:\n",
        "hedge: around\n",
    ),
    Form(
        "form-hopeless",
        "A file has at most a thousand problems of form.",
        "Nobody reads more of them, and mostly one slip has made them all. Mend the first ones, and run the command"
        " again.",
    ),
    Form(
        "id-form",
        "An id has lower-case letters a to z, digits and single hyphens, at most 80.",
        "The ids of facts, topics and sources are parts of addresses, which must look the same everywhere.",
        "- id: Mayor_Visit\n",
        "- id: mayor-visit\n",
    ),
    Form(
        "id-duplicate",
        "An id is given once in its list, and a source has one fingerprint.",
        "With two records of one name, nobody could say on which of them a citation or a chart rests. Rename the newer"
        " one; of two fingerprints keep the newer.",
        "- id: sacks-lost\n  kind: event\n",
        "- id: mayor-visit\n  kind: event\n",
    ),
    Form(
        "choice-unknown",
        "A value is one of the words that its key allows.",
        "The message lists them. What none of them says well goes into a note.",
        "nature: flowing\n",
        "nature: flow\n",
    ),
    Form(
        "date-form",
        "A date is written as EDTF writes it, level 1, and is in the calendar.",
        "So it says how much of it is known: `2031-05-04` a day, `2031-05` a month, `2031-05-04~` about that day,"
        " `2031-05-04/2031-05-06` a stretch. See “Dates” in the manual.",
        "published: 4 May 2031\n",
        "published: 2031-05-04\n",
    ),
    Form(
        "number-form",
        "A number is written in plain digits.",
        "Without thousands comma, unit or word, it can be read in one way only. Words of doubt go into `hedge`, the"
        " unit into the measure.",
        "value: 1,200\n",
        "value: 1200\n",
    ),
    Form(
        "url-form",
        "An address is an absolute http or https address in ASCII.",
        "Readers follow it from the finished site, so it must lead there from anywhere. Copy it from the address bar of"
        " the browser; other characters are percent-encoded there.",
        "url: herald.example/fire\n",
        "url: https://herald.example/fire\n",
    ),
    Form(
        "text-too-long",
        "A text has at most the characters that its field takes.",
        "A statement is one sentence and a quote a few words; what is longer holds two claims, or more of a source than"
        " the proof needs.",
    ),
    Form(
        "text-character",
        "Texts hold no hidden and no control characters.",
        "They change what readers see or what a search finds, and no reviewer sees them. Most come along when text is"
        " copied from a page: type the passage again.",
    ),
    Form(
        "page-front-matter",
        "A page begins with front matter between two lines of `---`.",
        "It holds what the site says of the page: its title and its summary.",
        "title: The mill fire\nsummary: What is known.\n---\n",
        "---\ntitle: The mill fire\nsummary: What is known.\n---\n",
    ),
    Form(
        "configuration-refused",
        "An own `mkdocs.yml` sets words, addresses and marks, and runs nothing.",
        "Hooks, plugins, tags, other themes and extensions that read files could run or publish what nobody reviewed."
        " The message lists what may be set. Most briefings need no such file.",
    ),
    Form(
        "lock-broken",
        "Every line of `sources.lock` is a fingerprint, as the generator writes it.",
        "A line that was changed by hand proves nothing. Restore it from git, or take the fingerprint again.",
    ),
    Form(
        "prose-syntax",
        "Double braces in a page hold a call.",
        "A call is a name with ids or words in quotation marks. There are no variables, filters or blocks: pages call"
        " facts, they compute nothing. See “Calls in prose” in the manual.",
        "{{ fact(sacks-lost) }}.\n",
        '{{ fact("sacks-lost") }}.\n',
    ),
    Form(
        "call-unknown",
        "A call has one of the names that there are.",
        "“Calls in prose” in the manual lists them, with what each puts into the page.",
        '{{ fakt("sacks-lost") }}.\n',
        '{{ fact("sacks-lost") }}.\n',
    ),
    Form(
        "call-arguments",
        "A call has the arguments that it takes, in number and kind.",
        "Most take one id; `cite` takes several, and `timeline`, `table` and `facts` take words that select, each with"
        " its name.",
        "{{ fact() }}.\n",
        '{{ fact("sacks-lost") }}.\n',
    ),
)
"""What is wrong before a rule can judge it."""

OF_BUILDS: tuple[Form, ...] = (
    Form(
        "changed-meanwhile",
        "The program, its templates and `mkdocs.yml` stay as they are while a site is built.",
        "They are read more than once, so a site of two states of them could come of it. Build again. Of facts and"
        " pages there is no such danger: they are read once, and a build says which of them changed since.",
    ),
    Form(
        "template",
        "The templates of the site show what they are given, and end.",
        "They run within bounds: so many steps, so many characters, no function but what they are given, nothing of"
        " Python's inside. The message names the line of the template; mend it, or restore it from git.",
    ),
    Form(
        "chart-drawing",
        "Every chart can be drawn.",
        "The reason is given, such as a drawing that took too long. Take the text or the fact that it names out of the"
        " chart, and see whether it draws.",
    ),
    Form(
        "render",
        "MkDocs renders the pages without a warning.",
        "The message is its own. Most often a link in prose leads to a section that is not there; a `language` that the"
        " theme does not know ends here too.",
    ),
    Form(
        "audit-page",
        "Every page is in the finished site.",
        "There is one for each page of `content/`, the rules, the facts, each topic, the sources and the downloads.",
    ),
    Form(
        "audit-head",
        "A page has its title and its summary, and says how much the briefing holds and of what day it is.",
        "So do the headings of generated pages, the title that a browser shows, what a link to the page shows"
        " elsewhere, and the line below every page.",
    ),
    Form(
        "audit-prose",
        "The words of a page's prose stand there as they were written, in their order, and no others between them.",
        "A word more or less can turn a sentence round, and no reviewer has seen it. A Markdown extension of an own"
        " `mkdocs.yml` that adds or changes words ends here too: do without it.",
    ),
    Form(
        "audit-claim",
        "Where a page calls a fact, its statement, number, date or quote stands word for word, with its marker.",
        "The same holds of every item of a list or timeline, of names of sources and of counts. What stands there"
        " instead was checked by nobody.",
    ),
    Form(
        "audit-fact",
        "Every fact stands at its permanent address, in its own words and with all its evidence.",
        "Others may keep that address, and what they find there must be what was checked: quotes, sources and dates,"
        " doubts and details, and the links that open each source at its words. So with the index of all facts.",
    ),
    Form(
        "audit-card",
        "Every fact has its card, in its own words and with all its evidence.",
        "It opens wherever the fact is used, and most readers see no more of the evidence than stands there.",
    ),
    Form(
        "audit-note",
        "Every fact that a page uses has its note there, with its evidence and the way back.",
        "The note is how a reader gets from a claim to its proof.",
    ),
    Form(
        "audit-chart",
        "Every chart is there with its words, two drawings, their text alternative, and a mark for each fact.",
        "A chart that lost a mark would claim less than its facts, one without its text would shut some readers out. In"
        " its drawings stand only the words of its rows, its axes and its key.",
    ),
    Form(
        "audit-table",
        "A table has its facts, in their order, each row with date, number, voice, quote and source.",
        "It is where readers find the exact values and their sources.",
    ),
    Form(
        "audit-judgment",
        "Every judgment is there with its likelihood, its confidence, and the facts for and against it.",
        "Nobody can weigh a conclusion of which a part is missing.",
    ),
    Form(
        "audit-source",
        "Every source is on the page of sources, with all that is known of it and the facts that rest on it.",
        "Every note leads there. The summary of what the sources are worth stands above them. Of many sources that page"
        " has the publishers, and the sources stand on pages of their own.",
    ),
    Form(
        "audit-correction",
        "Every correction and every withdrawal is on the page of what changed, with its day and its reason.",
        "Who has read the mistake finds there what was wrong.",
    ),
    Form(
        "audit-export",
        "Every file for readers, and what pages tell programs, is as the briefing makes it, byte for byte.",
        "Others go on with these and never see the pages. The same holds of the page that lists the files, says what"
        " their columns mean and how the briefing is cited.",
    ),
    Form(
        "audit-rule",
        "Every rule is on the page of rules, with its page and its examples.",
        "Readers are told how facts are checked in the very words that the authors get.",
    ),
    Form(
        "audit-number",
        "Every number that readers see leads to the fact, source, chart, rule or count that carries it.",
        "A number that stands nowhere in the fact base was typed by somebody or comes from a fault.",
    ),
    Form(
        "audit-update",
        "New information stands on the page of what changed, apart from mistakes, with its day and its facts.",
        "Who comes back reads there what is new, and must not take it for a correction, nor miss it.",
    ),
    Form(
        "audit-edition",
        "Every edition stands on its page with its day, size and hashes, and with what was changed since the last.",
        "By the hash a reader knows that a zip is the one that was made, and by the sentences what to look up again.",
    ),
    Form(
        "audit-glossary",
        "Every actor, side, place, measure and kind of source stands in the glossary, with what is known of it.",
        "Who does not know a name looks there, and finds the facts that have it.",
    ),
    Form(
        "audit-data",
        "What the scripts of the site load, and its feed, are what the facts and pages give.",
        "The search shows from it what it finds, the list of many facts what is chosen; the feed tells what changed. A"
        " copy that lost a file, or in which one was changed, ends here.",
    ),
    Form(
        "audit-manifest",
        "The manifest lists every file of the site with its hash, and what it was built from.",
        "Readers compare a copy with it. `verify` tells the same of a copy without the facts; a file that is missing,"
        " changed or more is named. A change of an input or of the program since the build is told, too: build again.",
    ),
    Form(
        "audit-id",
        "An anchor stands once on a page, and what is named by another element is named by one that is there.",
        "Otherwise its address names two places. Where one is the id of a fact or source, a heading of the page has the"
        " same: rename the record.",
    ),
    Form(
        "audit-link",
        "A link leads to a page or section of the site, or to a source.",
        "Any other address was neither read nor judged.",
    ),
    Form(
        "audit-request",
        "Nothing is loaded from another site, and nothing sends a reader there.",
        "Whoever reads the briefing is not told on to others, and it looks the same when they are gone.",
    ),
    Form(
        "audit-script",
        "No element runs a script of its own.",
        "The templates need none; `onclick` and the like come from text that was not escaped.",
    ),
    Form(
        "audit-call",
        "No call of a page's prose reaches a reader unread.",
        "Where double braces stand in a finished page, a fact is missing.",
    ),
)
"""What only a build or an audit finds; the last good site stands."""

FORMS: tuple[Form, ...] = (*OF_INPUTS, *OF_BUILDS)
"""Every code that is no rule's, in the order of the manual."""
