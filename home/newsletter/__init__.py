"""The newsletter: subscribing, confirming and leaving, each with its proof of consent."""
