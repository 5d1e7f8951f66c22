#include "models/hwce/convolution_lines.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/kernels/selection.h"

namespace hwcvp::hwce {

namespace {

// Vectors that the compiler maps to what the instruction set has.
constexpr size_t kLanes = 8;
using Doubles = double __attribute__((vector_size(kLanes * sizeof(double))));
using Words = int64_t __attribute__((vector_size(kLanes * sizeof(int64_t))));
using Integers = int32_t __attribute__((vector_size(kLanes * sizeof(int32_t))));
using Pixels = int16_t __attribute__((vector_size(kLanes * sizeof(int16_t))));

struct Operands {
  const double* const* lines;  // of the filter, top first
  const double* weights;
  double scale;
  double bias;
  int16_t* y;
};

// Adding 2^52 * 1.5 rounds to the nearest integer and leaves it, in two's complement, in the low bits.
constexpr double kRound = 6755399441055744.0;

template <size_t Filter>
inline __attribute__((always_inline)) void convolve_line(const Operands& o) {
  for (size_t first = 0; first < ConvolutionLines::kColumns; first += kLanes) {
    Doubles sum = {};
    for (size_t row = 0; row < Filter; ++row) {
      for (size_t column = 0; column < Filter; ++column) {
        Doubles x;
        std::memcpy(&x, o.lines[row] + first + column, sizeof x);
        sum += x * o.weights[row * Filter + column];
      }
    }
    Pixels y;
    std::memcpy(&y, o.y + first, sizeof y);
    // Clamping before rounding is the same as after it, as the limits are integers.
    Doubles value =
        (sum + o.bias) * o.scale + __builtin_convertvector(__builtin_convertvector(y, Integers), Doubles);
    const Doubles low = Doubles{} + INT16_MIN;
    const Doubles high = Doubles{} + INT16_MAX;
    value = value < low ? low : value;
    value = value > high ? high : value;
    const Doubles rounded = value + kRound;
    Words bits;
    std::memcpy(&bits, &rounded, sizeof bits);
    y = __builtin_convertvector(bits, Pixels);
    std::memcpy(o.y + first, &y, sizeof y);
  }
}

using Function = void (*)(const Operands&);

struct InstructionSet {
  const char* name;
  bool (*available)();  // on this machine
  Function small;
  Function large;
};

void small_portable(const Operands& o) { convolve_line<3>(o); }
void large_portable(const Operands& o) { convolve_line<5>(o); }
bool always() { return true; }

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void small_avx2(const Operands& o) { convolve_line<3>(o); }
__attribute__((target("avx2,fma"))) void large_avx2(const Operands& o) { convolve_line<5>(o); }
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

__attribute__((target("avx512f,prefer-vector-width=512"))) void small_avx512(const Operands& o) {
  convolve_line<3>(o);
}
__attribute__((target("avx512f,prefer-vector-width=512"))) void large_avx512(const Operands& o) {
  convolve_line<5>(o);
}
bool has_avx512() { return __builtin_cpu_supports("avx512f"); }
#endif

// Best first.
constexpr InstructionSet kInstructionSets[] = {
#if defined(__x86_64__)
    {"avx512", has_avx512, small_avx512, large_avx512},
    {"avx2", has_avx2, small_avx2, large_avx2},
#endif
    {"portable", always, small_portable, large_portable},
};

auto& selection() {
  static kernels::Selection selection(kInstructionSets);
  return selection;
}

// The weight of a map in a lane.
double weight(uint16_t lane, uint32_t map, uint32_t maps) {
  const uint32_t bits = 16 / maps;
  const auto value = static_cast<int32_t>(static_cast<uint32_t>(lane) << (32 - bits * (map + 1)));
  return value >> (32 - bits);
}

}  // namespace

void ConvolutionLines::set_filters(uint32_t filter, uint32_t maps, uint32_t shift, const uint16_t* lanes) {
  filter_ = filter;
  next_ = 0;
  scale_ = std::ldexp(1.0, -static_cast<int>(shift));
  // Sums are integers: half a unit more keeps them off the ties without passing the next integer.
  bias_ = shift == 0 ? 0.0 : 0.5;
  for (uint32_t map = 0; map < maps; ++map) {
    for (uint32_t tap = 0; tap < filter * filter; ++tap) weights_[map][tap] = weight(lanes[tap], map, maps);
  }
}

void ConvolutionLines::push_line(const int16_t* pixels, uint32_t count) {
  std::array<double, kPaddedColumns>& line = lines_[next_];
  std::copy_n(pixels, count, line.begin());
  std::fill(line.begin() + count, line.end(), 0.0);
  if (++next_ == filter_) next_ = 0;
}

void ConvolutionLines::convolve(uint32_t map, int16_t* y) const {
  const double* lines[kMaxFilter];
  for (uint32_t row = 0; row < filter_; ++row) {
    const uint32_t line = next_ + row;
    lines[row] = lines_[line < filter_ ? line : line - filter_].data();
  }
  const Operands operands = {lines, weights_[map].data(), scale_, bias_, y};
  const InstructionSet& set = selection().current();
  (filter_ == 3 ? set.small : set.large)(operands);
}

std::vector<const char*> convolution_line_instruction_sets() { return selection().names(); }

bool select_convolution_line_instruction_set(const char* name) { return selection().select(name); }

}  // namespace hwcvp::hwce
