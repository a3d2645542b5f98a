"""mail.py PORT CLIENT FILE: sends the message in FILE to Postfix as the host CLIENT, and prints the delivered message.

Waits for the message in the mailbox of bob and prints its header fields DKIM-Signature and Authentication-Results,
unfolded, with the values of t= and b= replaced. With --raw, prints the whole message instead.
"""
import re
import smtplib
import sys
import time

MAILBOX = "/var/mail/bob"


def mailbox():
    try:
        with open(MAILBOX, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def main():
    raw = sys.argv[1] == "--raw"
    if raw:
        del sys.argv[1]
    port, client, path = sys.argv[1:]
    with open(path, "rb") as file:
        message = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    before = len(mailbox())
    with smtplib.SMTP("127.0.0.1", int(port), timeout=30) as session:
        session.ehlo("client.example.net")
        session.docmd("XCLIENT", f"ADDR={client} NAME=[UNAVAILABLE]")
        session.ehlo("client.example.net")
        session.sendmail("alice@example.com", ["bob@mail.example.com"], message)
    for _ in range(300):
        after = mailbox()
        if len(after) > before and after.endswith(b"\n\n"):
            break
        time.sleep(0.1)
    else:
        sys.exit("mail.py: the message was not delivered within 30 seconds")
    text = after[before:].decode("latin-1")
    if raw:
        # Remove the line that separates messages in a mailbox.
        sys.stdout.write(re.sub(r"\AFrom .*\n", "", text))
        return
    header = re.sub(r"\n[ \t]+", " ", text.partition("\n\n")[0])
    for line in header.split("\n"):
        if line.startswith("DKIM-Signature:"):
            line = re.sub(r"\bt=\d+", "t=*", line)
            print(re.sub(r"\bb=[A-Za-z0-9+/= ]+", "b=*", line))
        elif line.startswith("Authentication-Results:"):
            line = re.sub(r"\s+", " ", re.sub(r"\bheader\.b=\S+", "header.b=*", line))
            # Only opendkim reports this ATPS result, even if no ATPS record was looked up.
            print(line.replace(" dkim-atps=neutral", ""))


main()
