// Makes member functions processes of a module, with SystemC 2.3 and 3.0 alike.
#pragma once

#include <systemc>
#include <type_traits>

// HWCVP_METHOD and HWCVP_THREAD are SC_METHOD and SC_THREAD for the module whose constructor uses them. Those
// of SystemC 2.3 want SC_HAS_PROCESS or SC_CTOR in it, of which 3.0 calls the first obsolete; so the type
// that they look for is named here, for the one process.
#define HWCVP_PROCESS(kind, function)                                                         \
  do {                                                                                        \
    using SC_CURRENT_USER_MODULE [[maybe_unused]] = std::remove_reference_t<decltype(*this)>; \
    kind(function);                                                                           \
  } while (false)

#define HWCVP_METHOD(function) HWCVP_PROCESS(SC_METHOD, function)
#define HWCVP_THREAD(function) HWCVP_PROCESS(SC_THREAD, function)
