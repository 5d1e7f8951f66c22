// Part of every program that simulates, in a build with AddressSanitizer; see models/CMakeLists.txt.
//
// libsystemc tells AddressSanitizer of each switch between the stacks of its processes, but of its caller's
// stack it says null where it goes back to that one. From then on the sanitizer takes the program's own stack
// for no stack at all, cannot clean its marks up behind an exception, and finds errors where none are. Here
// the call is taken on its way, and the stack's bounds are put in.
#include <dlfcn.h>
#include <pthread.h>

#include <cstddef>

namespace {

struct Stack {
  void* bottom = nullptr;
  size_t bytes = 0;
};

// Of the calling thread, as the system made it.
Stack thread_stack() {
  Stack stack;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return stack;
  pthread_attr_getstack(&attributes, &stack.bottom, &stack.bytes);
  pthread_attr_destroy(&attributes);
  return stack;
}

}  // namespace

// The name is the sanitizer's interface.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" void __sanitizer_start_switch_fiber(void** fake_stack, const void* bottom, size_t bytes) {
  using Function = void (*)(void**, const void*, size_t);
  static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "__sanitizer_start_switch_fiber"));
  thread_local const Stack own = thread_stack();
  if (bottom == nullptr) {
    next(fake_stack, own.bottom, own.bytes);
  } else {
    next(fake_stack, bottom, bytes);
  }
}
