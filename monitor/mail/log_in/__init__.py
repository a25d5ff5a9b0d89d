"""Log in to the mail server with an access token (SASL XOAUTH2): where the token comes from, and how it is shown."""
