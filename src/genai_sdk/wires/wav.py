"""A WAV file's head in front of bare samples, which is all that some vendors send. Pure.

http://soundfile.sapp.org/doc/WaveFormat/
"""

import struct

_UNKNOWN = 0xFFFFFFFF
"""The length of what is still to come: what ffmpeg writes into a pipe, and players read to the end."""


def wav_head(length: int | None, rate: int, channels: int = 1) -> bytes:
    """Return the head of a WAV file of 16-bit samples.

    Args:
        length: Bytes of samples, or None for a stream whose end is not known.
        rate: Samples a second.
        channels: Channels.
    """
    whole, data = (_UNKNOWN, _UNKNOWN) if length is None else (36 + length, length)
    frame = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, 16)
    return (
        struct.pack("<4sI4s4sI", b"RIFF", whole, b"WAVE", b"fmt ", len(form))
        + form
        + struct.pack("<4sI", b"data", data)
    )
