/*
 * qr: a text as a QR picture (libqrencode for the code, libpng for the file).
 */
#ifndef YT_PORT_QR_QR_H
#define YT_PORT_QR_QR_H

#include "base/fail.h"

#define QR_TEXT_BYTES_MAX 1000
#define QR_SIZE_MIN 100
#define QR_SIZE_MAX 2000

/* A square PNG of at least `size` pixels with the quiet zone of four modules, error level M. */
err qr_png(str text, int size, struct arena *a, str *ret, struct fail *f);

#endif
