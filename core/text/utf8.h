/* UTF-8 by the letter of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef CORE_TEXT_UTF8_H
#define CORE_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the character that begins at *at, of which left bytes are there; 0 where it is not
 * valid. A NUL byte is a character of length 1. */
size_t utf8_length(const uint8_t *at, size_t left);

/* Writes a character (at most 4 bytes, no NUL after it) and returns its length. Surrogates and
 * anything above U+10FFFF, which have no UTF-8, become U+FFFD. */
size_t utf8_put(char *to, uint32_t character);

/* U+FFFD in UTF-8, which stands for what cannot be shown. */
#define UTF8_REPLACEMENT_CHARACTER 0xFFFDU
#define UTF8_REPLACEMENT           "\xEF\xBF\xBD"
#define UTF8_REPLACEMENT_SIZE      ((size_t)3)

#endif
