/* The functions that the compiler may call in a program without a C library. */
#include <stddef.h>
#include <stdint.h>

void* memcpy(void* restrict to, const void* restrict from, size_t bytes);
void* memset(void* to, int value, size_t bytes);

void* memcpy(void* restrict to, const void* restrict from, size_t bytes) {
  unsigned char* t = to;
  const unsigned char* f = from;
  if ((((uintptr_t)t | (uintptr_t)f) & 7u) == 0) {
    for (; bytes >= 8; bytes -= 8, t += 8, f += 8) *(uint64_t*)(void*)t = *(const uint64_t*)(const void*)f;
  }
  while (bytes-- > 0) *t++ = *f++;
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  unsigned char* t = to;
  while (bytes-- > 0) *t++ = (unsigned char)value;
  return to;
}
