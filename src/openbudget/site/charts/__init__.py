"""Small charts as SVG, drawn when the site is built: they need no script, print well, and take their colours from the
style sheet (classes `s1` to `s7`, `s0` for what is not stated). Every chart stands beside a table with its figures."""
