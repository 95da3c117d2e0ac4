"""How well screening finds, ranks and holds back, on labelled texts; Mulu beside other engines in one run."""
