// What the program's exit status means.
#pragma once

namespace hwcvp {

inline constexpr int kExitDone = 0;  // done, and everything that was checked agreed
inline constexpr int kExitDisagreed =
    1;  // done, but a prediction or an output disagreed with what was observed
inline constexpr int kExitBadInput = 2;       // bad usage or bad input
inline constexpr int kExitFault = 3;          // a fault inside the simulated machine or the program
inline constexpr int kExitInterrupted = 130;  // ended by SIGINT; as shells report it

}  // namespace hwcvp
