"""Made-up disclosures in the forms that real ones have: many departments and years, figures that add up by
construction, several formats, and planted faults whose list is the truth.

    department.py   who discloses, and its figures (whole hundredths of 万元; every total is a sum)
    forms.py        how a form prints them: paragraphs and grids
    faults.py       one thing made wrong, and the rule or the outcome that must say so
    formats.py      paragraphs and grids as text, HTML, Word, workbook, PDF
    corpus.py       a folder of N documents and truth.csv
"""
