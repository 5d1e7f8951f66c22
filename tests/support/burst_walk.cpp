#include "tests/support/burst_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace hwcvp {

namespace {

struct Span {
  int64_t first;
  int64_t last;  // inclusive; below `first` where there is nothing
  bool empty() const { return last < first; }
  bool operator==(const Span& other) const {
    return (empty() && other.empty()) || (first == other.first && last == other.last);
  }
};
using Box = std::array<Span, 5>;
using Ranges = std::map<Dim, Span>;

bool empty(const Box& box) {
  return std::any_of(box.begin(), box.end(), [](const Span& span) { return span.empty(); });
}

// A tensor of the shape N x C x H x W. Channel c of a box's group g is channel g * group_channels + c, filter
// k of group g number g * filters + k of N, and row y of a box row y * y_step + y_first.
struct Memory {
  int64_t base;
  int64_t element_bytes;
  TensorLayout layout;
  int64_t channels, height, width;
  int64_t group_channels;  // not of weights
  int64_t filters;         // of a group; of weights only
  int64_t y_step, y_first, x_step, x_first;

  bool in_blocks() const { return layout.order == TensorLayout::Order::nchwc && height * width > 1; }
  int64_t address(int64_t n, int64_t c, int64_t y, int64_t x) const {
    int64_t place = 0;
    if (layout.order == TensorLayout::Order::nchw) {
      place = ((n * channels + c) * height + y) * width + x;
    } else if (layout.order == TensorLayout::Order::nhwc) {
      place = ((n * height + y) * width + x) * channels + c;
    } else {
      const int64_t blocks = (channels + layout.block - 1) / layout.block;
      place = (((n * blocks + c / layout.block) * height + y) * width + x) * layout.block + c % layout.block;
    }
    return base + place * element_bytes;
  }
};

// Bursts of a run as the DMA makes them, one after the other.
void add_run(int64_t address, int64_t bytes, const BurstRules& rules, TransferCount& count) {
  ++count.runs;
  while (bytes > 0) {
    int64_t length = rules.max_burst_bytes;
    if (rules.aligned_bursts) {
      while (length > bytes || address % length != 0) length /= 2;
    } else {
      length = std::min(bytes, length - address % length);
    }
    ++count.bursts;
    std::set<int64_t> words;
    for (int64_t i = 0; i < length; ++i) words.insert((address + i) / rules.bus_width_bytes);
    count.beats += static_cast<int64_t>(words.size());
    address += length;
    bytes -= length;
  }
}

// Which of the three parts of a box a channel belongs to: the rest of a block that is begun, whole blocks,
// the begin of a block.
int64_t part_of(int64_t channel, int64_t first, int64_t last, int64_t block) {
  const int64_t own = channel / block;
  const bool begins = own * block >= first;
  const bool ends = own * block + block - 1 <= last;
  if (begins && ends) return 1;
  return own == first / block && (!begins || own != last / block) ? 0 : 2;
}

// Runs of a box: elements of one part that follow one another in memory.
void add_box(const Memory& memory, bool weights, const Box& box, const BurstRules& rules,
             TransferCount& count) {
  if (empty(box)) return;
  // Elements across the gaps of a stride make no run, also where they touch from row to row by accident.
  using Place = std::pair<int64_t, int64_t>;
  const bool gaps_in_x = memory.x_step > 1 && box[4].last > box[4].first;
  const bool gaps_in_y = memory.y_step > 1 && box[3].last > box[3].first;
  const auto place = [&](int64_t y, int64_t x) {
    return Place{gaps_in_x || gaps_in_y ? y : 0, gaps_in_x ? x : 0};
  };
  std::map<int64_t, std::map<int64_t, Place>> parts;  // the elements' addresses
  // Where channels lie in blocks, the axis that these cut: channels, or groups where a block holds several.
  const bool blocks_of_groups =
      !weights && memory.channels > memory.group_channels && memory.group_channels < memory.layout.block;
  const int64_t block = memory.layout.block / (blocks_of_groups ? memory.group_channels : 1);
  const Span& cut = blocks_of_groups ? box[1] : box[2];
  for (int64_t a = box[0].first; a <= box[0].last; ++a) {
    for (int64_t b = box[1].first; b <= box[1].last; ++b) {
      for (int64_t c = box[2].first; c <= box[2].last; ++c) {
        const int64_t n = weights ? a * memory.filters + b : a;
        const int64_t channel = weights ? c : b * memory.group_channels + c;
        const int64_t part =
            memory.in_blocks() ? part_of(blocks_of_groups ? b : c, cut.first, cut.last, block) : 0;
        for (int64_t y = box[3].first; y <= box[3].last; ++y) {
          for (int64_t x = box[4].first; x <= box[4].last; ++x) {
            const int64_t address = memory.address(n, channel, y * memory.y_step + memory.y_first,
                                                   x * memory.x_step + memory.x_first);
            parts[part][address] = place(y, x);
          }
        }
      }
    }
  }
  for (const auto& [part, addresses] : parts) {
    int64_t start = addresses.begin()->first;
    int64_t end = start;
    Place held = addresses.begin()->second;
    for (const auto& [address, at] : addresses) {
      if (address != end || at != held) {
        add_run(start, end - start, rules, count);
        start = address;
        held = at;
      }
      end = address + memory.element_bytes;
    }
    add_run(start, end - start, rules, count);
  }
}

class Walk {
 public:
  Walk(const Layer& layer, const Schedule& schedule, const BurstRules& rules)
      : layer_(layer), schedule_(schedule), rules_(rules) {}

  BurstCounts run(const TensorLayouts& layouts, const TensorBases& bases) {
    const int64_t in = layer_.in_channels;
    const int64_t out = layer_.out_channels;
    input_ = {bases.input,
              bytes(layer_.input_type),
              layouts[0],
              in,
              layer_.in_height,
              layer_.in_width,
              in / layer_.group,
              0,
              1,
              0,
              1,
              0};
    if (layer_.kernel_shape[0] == 1) {
      input_.y_step = layer_.strides[0];
      input_.y_first = -layer_.pads[0];
    }
    if (layer_.kernel_shape[1] == 1) {
      input_.x_step = layer_.strides[1];
      input_.x_first = -layer_.pads[1];
    }
    weight_ = {bases.weight,
               bytes(layer_.weight_type),
               layouts[1],
               in / layer_.group,
               layer_.kernel_shape[0],
               layer_.kernel_shape[1],
               0,
               out / layer_.group,
               1,
               0,
               1,
               0};
    output_ = {bases.output,
               bytes(layer_.output_type),
               layouts[2],
               out,
               layer_.out_height(),
               layer_.out_width(),
               out / layer_.group,
               0,
               1,
               0,
               1,
               0};
    psum_ = output_;
    psum_.base = bases.psum;
    psum_.element_bytes = bytes(layer_.accumulator_type);

    Ranges whole;
    for (const Dim dim : kDims) whole[dim] = {0, layer_.extent(dim) - 1};
    visit(0, whole);
    move_outputs();
    add_run(bases.params, layer_.params_bytes(), rules_, counts_.params_read);
    return counts_;
  }

 private:
  void visit(size_t depth, const Ranges& at) {
    for (const Tensor tensor : kTensors) {
      if (schedule_.buffer_level[index(tensor)] == static_cast<int>(depth)) enter(tensor, at);
    }
    if (depth == schedule_.loops.size()) return;
    const Loop& loop = schedule_.loops[depth];
    const Span span = at.at(loop.dim);
    for (int64_t first = span.first; first <= span.last; first += loop.tile) {
      Ranges inner = at;
      inner[loop.dim] = {first, std::min(first + loop.tile - 1, span.last)};
      visit(depth + 1, inner);
    }
  }

  Span lines(const Span& out, const Span& filter, size_t axis) const {
    const int64_t in = axis == 0 ? layer_.in_height : layer_.in_width;
    const int64_t pad = layer_.pads[axis];
    if (layer_.kernel_shape[axis] == 1) {
      Span span = out;
      while (!span.empty() && span.first * layer_.strides[axis] < pad) ++span.first;
      while (!span.empty() && span.last * layer_.strides[axis] - pad >= in) --span.last;
      return span;
    }
    return {
        std::max<int64_t>(0, out.first * layer_.strides[axis] + filter.first * layer_.dilations[axis] - pad),
        std::min(in - 1, out.last * layer_.strides[axis] + filter.last * layer_.dilations[axis] - pad)};
  }

  void enter(Tensor tensor, const Ranges& at) {
    if (tensor == Tensor::input) {
      enter_input({at.at(Dim::B), at.at(Dim::G), at.at(Dim::C), lines(at.at(Dim::OY), at.at(Dim::FY), 0),
                   lines(at.at(Dim::OX), at.at(Dim::FX), 1)});
    } else if (tensor == Tensor::weight) {
      const Box box = {at.at(Dim::G), at.at(Dim::K), at.at(Dim::C), at.at(Dim::FY), at.at(Dim::FX)};
      if (held_weight_.empty() || !(held_weight_.back() == box)) {
        add_box(weight_, true, box, rules_, counts_.weight_read);
        held_weight_ = {box};
      }
    } else {
      const Box box = {at.at(Dim::B), at.at(Dim::G), at.at(Dim::K), at.at(Dim::OY), at.at(Dim::OX)};
      if (outputs_.empty() || !(outputs_.back() == box)) outputs_.push_back(box);
    }
  }

  void enter_input(const Box& box) {
    const auto load = [this](const Box& part) { add_box(input_, false, part, rules_, counts_.input_read); };
    const bool first = held_input_.empty();
    const Box old = first ? box : held_input_.back();
    held_input_ = {box};
    if (first) return load(box);
    if (old == box) return;
    const bool same_channels = old[0] == box[0] && old[1] == box[1] && old[2] == box[2];
    const Span y = {std::max(old[3].first, box[3].first), std::min(old[3].last, box[3].last)};
    const Span x = {std::max(old[4].first, box[4].first), std::min(old[4].last, box[4].last)};
    if (schedule_.input_reuse == InputReuse::reload || !same_channels || empty(old) || y.empty() ||
        x.empty()) {
      return load(box);
    }
    // Rows above, rows below, columns to the left, columns to the right.
    load({box[0], box[1], box[2], {box[3].first, y.first - 1}, box[4]});
    load({box[0], box[1], box[2], {y.last + 1, box[3].last}, box[4]});
    load({box[0], box[1], box[2], y, {box[4].first, x.first - 1}});
    load({box[0], box[1], box[2], y, {x.last + 1, box[4].last}});
  }

  void move_outputs() {
    const auto key = [](const Box& box) {
      std::vector<int64_t> firsts;
      for (const Span& span : box) firsts.push_back(span.first);
      return firsts;
    };
    std::map<std::vector<int64_t>, int64_t> left;
    for (const Box& box : outputs_) ++left[key(box)];
    std::set<std::vector<int64_t>> seen;
    for (const Box& box : outputs_) {
      if (!seen.insert(key(box)).second) add_box(psum_, false, box, rules_, counts_.psum_read);
      if (--left[key(box)] == 0) {
        add_box(output_, false, box, rules_, counts_.output_write);
      } else {
        add_box(psum_, false, box, rules_, counts_.psum_write);
      }
    }
  }

  const Layer& layer_;
  const Schedule& schedule_;
  const BurstRules& rules_;
  Memory input_{}, weight_{}, output_{}, psum_{};
  std::vector<Box> held_input_, held_weight_;  // empty before the first
  std::vector<Box> outputs_;                   // in the order of visits
  BurstCounts counts_;
};

}  // namespace

BurstCounts burst_walk(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                       const TensorBases& bases, const BurstRules& rules) {
  return Walk(layer, schedule, rules).run(layouts, bases);
}

}  // namespace hwcvp
