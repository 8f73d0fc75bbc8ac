"""A static, reproducible briefing site from a checked fact base.

The way of a fact, floor by floor; a module imports only from floors below its own (a test holds this list true):

    problems    what can be wrong, and where
    edtf        dates of EDTF level 1
    numerals    numbers in text, and numbers for readers
    units       words for units, and their exact factors
    formula     formulas over figures: text -> tree -> exact result
    glyphs      the characters of the chart font
    safe        plain text -> text that is safe where it lands
    shown       HTML -> the words that it shows, and what it says of them

    forms       what is wrong before a rule can judge it
    hedges      words of doubt and what they mean
    quotes      does this quote stand in that source?
    mentions    what a reader takes for a number, a date, a quotation
    fields      how a field of a record is read
    nodes       YAML -> nodes with places

    model       what a briefing is
    blocks      YAML in its plain style -> nodes, fast

    prose       Markdown with calls -> texts and calls
    evidence    what is proven of a quote
    legend      the words of drawings that are not of their tables
    dependents  what rests on each fact
    tables      the rows that charts, tables and alternative texts show
    schema      the model -> JSON Schema, for editors

    load        texts -> briefing, with all problems at once
    checks      briefing, evidence -> problems: one rule, one function
    views       briefing -> what templates may use
    tallies     how many there are of what
    charts      table -> Vega-Lite

    rulebook    rules -> what readers see of them
    memo        what was judged the last time -> what need not be judged again

    site        inputs -> judged briefing: the way in
    pages       prose, views, drawings -> Markdown
    reports     problems -> text, JSON, SARIF, annotations; a code -> its page

    files       the disk, alone
    browser     this machine -> a Chromium that is there
    draw        charts -> SVG, in a process of its own
    traces      finished HTML -> the numbers in it that lead to no fact, the words that no chart has
    promises    briefing -> the words that each page must show
    whole       all of it -> one page, to read through or to print

    versions    a folder or a git revision -> the inputs that stand there
    audit       finished HTML -> what is missing from it
    render      Markdown -> HTML, by MkDocs in a process of its own
    paper       the page of the whole -> a tagged PDF, by a Chromium

    build       judged briefing -> published site

    serve       build again whenever an input changes, and show it

    cli         arguments in, exit code out
"""

__version__ = "0.1.0"
"""That of `pyproject.toml`; the project runs from its checkout, so no installed package could tell it."""
