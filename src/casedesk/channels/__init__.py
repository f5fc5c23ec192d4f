"""What leaves the desk: mail, webhooks, desktop notices. The only room that opens a socket to the outside."""
