/* SPDX-License-Identifier: Apache-2.0 */
/* front/trace_thread.h - what became of the request, conference or consent in whose thread a message stands. */
#pragma once
#include "front/reader.h"

/* Adds it to a trace that trace_build made of entry seq; nothing where the reader is kept out of the case. */
enum err trace_thread(const struct reader *reader, uint64_t seq, Pb__Trace *trace);
