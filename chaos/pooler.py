"""PgBouncer between the broker and PostgreSQL, where it is installed."""

import os
import pwd
import shutil
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from chaos.processes import Process


def pooler(home: str, dsn: str, port: int) -> tuple[Process | None, str]:
    """Return a PgBouncer before a database, not yet started, and the DSN that leads there; or None and `dsn` itself."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if program is None:
        return None, dsn
    place = conninfo_to_dict(dsn)
    settings = Path(home, "pgbouncer.ini")
    settings.write_text(
        f"[databases]\n{place['dbname']} = host={place['host']} user={place['user']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        "auth_type = any\npool_mode = transaction\n"
    )
    # Root it refuses to be; then it is whoever PostgreSQL's socket belongs to.
    owner = pwd.getpwuid(os.stat(str(place["host"])).st_uid).pw_name
    user = ["--user", owner] if os.geteuid() == 0 else []
    process = Process(home, [program, *user, str(settings)], ready="process up")
    return process, f"postgresql://{place['user']}@127.0.0.1:{port}/{place['dbname']}"
