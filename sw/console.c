#include "sw/console.h"

#include <stdarg.h>

#include "registers/mailbox.h"

#define CHARACTERS_A_WORD 4u

/* Characters gather to a word, so that a line takes few bus accesses. */
struct writer {
  const struct console* console;
  uint32_t word;
  uint32_t count;
};

static void flush(struct writer* writer) {
  if (writer->count == 0) return;
  hal_write32(writer->console->hal, writer->console->mailbox + MAILBOX_CONSOLE, writer->word);
  writer->word = 0;
  writer->count = 0;
}

static void put(struct writer* writer, char character) {
  writer->word |= (uint32_t)(unsigned char)character << 8 * writer->count;
  if (++writer->count == CHARACTERS_A_WORD) flush(writer);
}

static void put_text(struct writer* writer, const char* text) {
  for (; *text != '\0'; text++) put(writer, *text);
}

static void put_number(struct writer* writer, uint32_t number, uint32_t base) {
  if (number >= base) put_number(writer, number / base, base);
  put(writer, "0123456789abcdef"[number % base]);
}

void console_log(const struct console* console, enum log_level level, const char* format, ...) {
  static const char* const names[] = {"error: ", "info: ", "debug: "};
  if (console->level < (uint32_t)level) return;
  struct writer writer = {console, 0, 0};
  put_text(&writer, names[level]);
  va_list values;
  va_start(values, format);
  for (; *format != '\0'; format++) {
    if (*format != '%') {
      put(&writer, *format);
    } else {
      switch (*++format) {
        case 's':
          put_text(&writer, va_arg(values, const char*));
          break;
        case 'x':
          put_number(&writer, va_arg(values, uint32_t), 16);
          break;
        default:
          put_number(&writer, va_arg(values, uint32_t), 10);
          break;
      }
    }
  }
  va_end(values);
  put(&writer, '\n');
  flush(&writer);
}
