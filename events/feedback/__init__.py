"""Thanks to the people present at an event: a letter with questions, their answers, sentences to quote."""
