"""A static, reproducible briefing site from a checked fact base.

The way of a fact, floor by floor; a module imports only from floors below its own (a test holds this list true):

    problems    what can be wrong, and where
    edtf        dates of EDTF level 1
    numerals    numbers in text, and numbers for readers
    units       words for units, and their exact factors
    formula     formulas over figures: text -> tree -> exact result
    glyphs      the characters of the own fonts
    frames      pages with finished HTML in them -> frames for a renderer, and what is put into them
    crew        pieces of work -> their results, by all processors
    cache       a name -> what was kept under it between runs
    stock       paths -> contents, each made when it is asked for
    slices      a name -> the slice in which it stands
    installed   names of packages -> the versions that are at work
    assets      styles, scripts, fonts -> the same under names that say what they hold, and headers for servers
    lettering   how wide texts are, and where they break
    colours     what is drawn -> its colour, and its name in a page
    safe        plain text -> text that is safe where it lands
    fetch       a web address -> the bytes that stand there
    shown       HTML -> the words that it shows, and what it says of them

    forms       what is wrong before a rule can judge it
    packs       keys -> contents that are kept between runs, each read when it is asked for
    unchanged   what the last run read and made or said -> whether the next one has anything to do
    hedges      words of doubt and what they mean
    quotes      does this quote stand in that source?
    mentions    what a reader takes for a number, a date, a quotation
    fields      how a field of a record is read
    nodes       YAML -> nodes with places
    extract     a saved page, PDF or text -> its paragraphs and what it says of itself
    manifest    a site's files, and what it was built from -> its manifest
    templates   a folder of templates -> texts made of them, within bounds

    bundle      files -> one zip, the same bytes everywhere; a zip from anywhere -> what it holds

    model       what a briefing is
    blocks      YAML in its plain style -> nodes, fast
    cuttings    the bytes of a fact base -> its facts and sources as bytes, unread
    configuration  an own mkdocs.yml -> what in it is refused

    prose       Markdown with calls -> texts and calls
    shelves     briefing -> which pages hold its sources: what is too much for one stands in parts
    evidence    what is proven of a quote
    legend      the words of drawings that are not of their tables
    canon       a record -> its values in one plain form, whatever the layout
    dependents  what rests on each fact
    tables      the rows that charts, tables and alternative texts show
    schema      model and fact base -> JSON Schema, for editors
    layout      a fact base as anybody wrote it -> in canonical order and layout
    lookup      words -> where they stand in a source, or what comes nearest
    wording     two texts -> the words that went and came

    seals       reviews.lock -> who reviewed what; a fact -> the hash of what was reviewed

    intake      a page that was read -> its record and fingerprint, and what these would change
    load        texts -> briefing, with all problems at once
    checks      briefing, evidence -> problems: one rule, one function
    views       briefing -> what templates may use
    changes     two briefings -> what was changed, record by record, each difference named
    tallies     how many there are of what
    charts      table -> Vega-Lite
    pictures    a drawing and its words -> a picture that stands alone

    rulebook    rules -> what readers see of them
    styles      what can be cited -> its citation in each style
    memo        what was judged the last time -> what need not be judged again
    news        briefing -> what changed: mistakes and their cures, new information, what became known last
    facets      briefing -> by what readers can narrow the list of all facts

    ledger      what was worked out of which facts -> the same again, from build to build
    glossary    briefing -> who is who, where, and what is counted
    feed        what changed -> an Atom feed

    columns     a record -> its values in every export, and what each means

    exports     briefing -> the files that readers can take away

    linked      briefing -> what pages tell programs: JSON-LD

    questions   a change -> what its reviewer has to decide
    sbom        the lock of the packages -> a bill of materials

    site        inputs -> judged briefing: the way in

    editions    a briefing, its site and the edition before -> a zip and its entry in editions.yaml

    search      briefing, finished pages -> an index that a browser searches, in slices
    pages       prose, views, drawings -> Markdown
    reports     problems -> text, JSON, SARIF, annotations; a code -> its page

    files       the disk, alone
    browser     this machine -> a Chromium that is there
    git         git, alone
    cards       facts -> the cards that open where they are used
    listing     facts -> the list of all facts in slices, where one page were too much
    draw        charts, cards -> SVG and PNG, in a process of its own
    traces      finished HTML -> the numbers in it that lead to no fact, the words that no chart has

    promises    briefing -> the words that each page must show
    delta       two inputs -> the facts that differ and those that they touch, all others unread
    whole       all of it -> one page, to read through or to print

    versions    a folder or a git revision -> the inputs that stand there
    verify      a finished site, here or on the web -> how it is not what it should be
    audit       finished HTML -> what is missing from it
    render      Markdown -> HTML, by MkDocs in a process of its own
    review      two inputs -> every change with its reach, its questions and its faults
    publish     a finished site and its commit -> a commit on a branch of a remote
    paper       the page of the whole -> a tagged PDF, by a Chromium

    build       judged briefing -> published site
    comments    a review -> text, Markdown, JSON, annotations

    preview     judged briefing -> the files of its site before it is built, each when it is asked for
    sheet       a review -> one HTML page
    release     a judged briefing and its finished site -> a dated edition beside it

    serve       build again whenever an input changes, and show at once what follows from it

    console     what all commands share

    desk        the curator's commands

    cli         arguments in, exit code out
"""

__version__ = "0.1.0"
"""That of `pyproject.toml`; the project runs from its checkout, so no installed package could tell it."""
