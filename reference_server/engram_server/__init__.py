"""The Engram reference server: the hosted memory API on the standard library's `http.server` and `sqlite3`.

    doors -> app -> routes -> domains -> recall -> text

Only `domains` and `recall` talk to `storage`. Nothing imports upwards.
"""
