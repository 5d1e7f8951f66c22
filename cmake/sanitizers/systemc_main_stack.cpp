// Part of every program that simulates, in a build with AddressSanitizer; see models/CMakeLists.txt.
//
// libsystemc tells AddressSanitizer of each switch between the stacks of its processes, but of its caller's
// stack it says null where it goes back to that one. From then on the sanitizer takes the program's own stack
// for no stack at all, cannot clean its marks up behind an exception, and finds errors where none are. Here
// the call is taken on its way, and the stack's bounds are put in.
//
// Where a process has ended, libsystemc tells nothing at all, and the sanitizer goes on with a stack that is
// gone. So the function that runs first on the next stack is replaced as well.
#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

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

const Stack& own_stack() {
  thread_local const Stack stack = thread_stack();
  return stack;
}

// Of processes that were switched to.
std::vector<Stack>& seen_stacks() {
  thread_local std::vector<Stack> stacks;
  return stacks;
}

bool holds(const Stack& stack, const void* address) {
  const auto bottom = reinterpret_cast<uintptr_t>(stack.bottom);
  const auto at = reinterpret_cast<uintptr_t>(address);
  return at >= bottom && at < bottom + stack.bytes;
}

// The one that an address is on; null where it was never switched to.
const Stack* find_stack(const void* address) {
  if (holds(own_stack(), address)) return &own_stack();
  for (const Stack& stack : seen_stacks()) {
    if (holds(stack, address)) return &stack;
  }
  return nullptr;
}

void remember(const Stack& stack) {
  std::vector<Stack>& seen = seen_stacks();
  for (const Stack& other : seen) {
    if (other.bottom == stack.bottom && other.bytes == stack.bytes) return;
  }
  // What overlaps belonged to a process that is no more.
  const auto overlaps = [&stack](const Stack& other) {
    return holds(stack, other.bottom) || holds(other, stack.bottom);
  };
  seen.erase(std::remove_if(seen.begin(), seen.end(), overlaps), seen.end());
  seen.push_back(stack);
}

}  // namespace

// The names are the sanitizer's interface.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" void __sanitizer_start_switch_fiber(void** fake_stack, const void* bottom, size_t bytes) {
  using Function = void (*)(void**, const void*, size_t);
  static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "__sanitizer_start_switch_fiber"));
  if (bottom == nullptr) {
    next(fake_stack, own_stack().bottom, own_stack().bytes);
  } else {
    remember({const_cast<void*>(bottom), bytes});
    next(fake_stack, bottom, bytes);
  }
}

extern "C" void __sanitizer_finish_switch_fiber(void* fake_stack, const void** bottom, size_t* bytes);

// libsystemc calls this on the stack that it goes to from that of a process which has ended.
extern "C" void* sc_cor_qt_aborthelp(void* /*stack_pointer*/, void* /*process*/, void* /*unused*/) {
  const Stack* const stack = find_stack(__builtin_frame_address(0));
  if (stack != nullptr) {
    __sanitizer_start_switch_fiber(nullptr, stack->bottom, stack->bytes);
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
  }
  return nullptr;
}
