#include "platform/placement/hwce_layout.h"

#include <algorithm>
#include <cstring>

namespace hwcvp {

namespace {

constexpr int64_t kPixelBytes = 2;
constexpr int64_t kConstantBytes = 4;

uint8_t* line_of(std::vector<uint8_t>& memory, int64_t offset) { return memory.data() + offset; }

// One plane: the pixels of an image that one phase meets.
struct Phase {
  int64_t row, column;
};

void pack_plane(const Layer& layer, const HwceMapping& mapping, const HwceLayout& layout, const Phase& phase,
                const int16_t* image, uint8_t* plane) {
  for (int64_t i = 0; i < mapping.plane_shape[0]; ++i) {
    const int64_t y = i * layer.strides[0] + phase.row - layer.pads[0];
    if (y < 0 || y >= layer.in_height) continue;
    auto* const line = reinterpret_cast<int16_t*>(plane + i * layout.x_line);
    for (int64_t j = 0; j < mapping.plane_shape[1]; ++j) {
      const int64_t x = j * layer.strides[1] + phase.column - layer.pads[1];
      if (x >= 0 && x < layer.in_width) line[j] = image[y * layer.in_width + x];
    }
  }
}

// One filter: lane t of `lanes` collects the weights of a map at tap t of a piece.
struct Piece {
  Phase phase;
  int64_t row, column;  // first tap of the phase
};

void pack_filter(const Layer& layer, const HwceMapping& mapping, const Piece& piece, int64_t map_in_block,
                 const int16_t* weights, uint16_t* lanes) {
  const int64_t bits = 16 / mapping.maps;
  const uint32_t mask = (1U << bits) - 1;
  for (int64_t row = 0; row < mapping.filter; ++row) {
    const int64_t fy = (piece.row + row) * layer.strides[0] + piece.phase.row;
    if (fy >= layer.kernel_shape[0]) break;
    for (int64_t column = 0; column < mapping.filter; ++column) {
      const int64_t fx = (piece.column + column) * layer.strides[1] + piece.phase.column;
      if (fx >= layer.kernel_shape[1]) break;
      const auto weight = static_cast<uint16_t>(weights[fy * layer.kernel_shape[1] + fx]);
      lanes[row * mapping.filter + column] |= static_cast<uint16_t>((weight & mask) << (bits * map_in_block));
    }
  }
}

}  // namespace

HwceLayout layout_of(const Layer& layer, const HwceMapping& mapping) {
  HwceLayout layout;
  layout.x_line = hwce_line_bytes(mapping.plane_shape[1]);
  layout.x_plane = layout.x_line * mapping.plane_shape[0];
  layout.y_line = hwce_line_bytes(layer.out_width());
  layout.y_map = layout.y_line * layer.out_height();
  return layout;
}

TensorPlacement place_hwce_tensors(const Layer& layer, const HwceMapping& mapping, int64_t dram_bytes) {
  const HwceLayout layout = layout_of(layer, mapping);
  TensorBytes sizes;
  sizes.params = layer.out_channels * kConstantBytes;
  sizes.input = layer.batch * layer.group * mapping.planes * layout.x_plane;
  sizes.weight = layer.group * mapping.blocks * mapping.passes() * hwce_filter_bytes(mapping.filter);
  sizes.output = layer.batch * layer.out_channels * layout.y_map;
  sizes.psum = mapping.maps * layout.y_map;
  return place_tensors(sizes, layer.name, dram_bytes);
}

std::vector<uint8_t> pack_planes(const Layer& layer, const HwceMapping& mapping, const HostTensor& input) {
  const HwceLayout layout = layout_of(layer, mapping);
  const int64_t images = layer.batch * layer.in_channels;
  const int64_t phases = mapping.phases[0] * mapping.phases[1];
  std::vector<uint8_t> planes(static_cast<size_t>(images * phases * layout.x_plane));
  int64_t offset = 0;
  for (int64_t image = 0; image < images; ++image) {
    const int16_t* const pixels = input.data<int16_t>() + image * layer.in_height * layer.in_width;
    for (int64_t row = 0; row < mapping.phases[0]; ++row) {
      for (int64_t column = 0; column < mapping.phases[1]; ++column) {
        pack_plane(layer, mapping, layout, {row, column}, pixels, line_of(planes, offset));
        offset += layout.x_plane;
      }
    }
  }
  return planes;
}

std::vector<uint8_t> pack_filters(const Layer& layer, const HwceMapping& mapping, const HostTensor& weights) {
  const int64_t filter_bytes = hwce_filter_bytes(mapping.filter);
  const int64_t maps = layer.out_channels / layer.group;
  const int64_t channels = layer.in_channels / layer.group;
  const int64_t kernel = layer.kernel_shape[0] * layer.kernel_shape[1];
  std::vector<uint8_t> filters(
      static_cast<size_t>(layer.group * mapping.blocks * mapping.passes() * filter_bytes));
  int64_t offset = 0;
  for (int64_t block = 0; block < layer.group * mapping.blocks; ++block) {
    const int64_t first = block % mapping.blocks * mapping.maps;
    const int64_t active = std::min(mapping.maps, maps - first);
    const int64_t first_channel = block / mapping.blocks * maps + first;
    for (int64_t pass = 0; pass < mapping.passes(); ++pass) {
      int64_t rest = pass;
      const auto take = [&rest](int64_t extent) {
        const int64_t index = rest % extent;
        rest /= extent;
        return index;
      };
      Piece piece{};
      piece.column = take(mapping.pieces[1]) * mapping.filter;
      piece.row = take(mapping.pieces[0]) * mapping.filter;
      piece.phase.column = take(mapping.phases[1]);
      piece.phase.row = take(mapping.phases[0]);
      const int64_t channel = rest;
      auto* const lanes = reinterpret_cast<uint16_t*>(line_of(filters, offset));
      for (int64_t map = 0; map < active; ++map) {
        const int16_t* const w =
            weights.data<int16_t>() + ((first_channel + map) * channels + channel) * kernel;
        pack_filter(layer, mapping, piece, map, w, lanes);
      }
      offset += filter_bytes;
    }
  }
  return filters;
}

HostTensor unpack_output(const Layer& layer, const HwceMapping& mapping, const std::vector<uint8_t>& maps) {
  const HwceLayout layout = layout_of(layer, mapping);
  HostTensor output(DataType::int16, output_shape(layer));
  const int64_t lines = layer.batch * layer.out_channels * layer.out_height();
  const int64_t line_bytes = layer.out_width() * kPixelBytes;
  for (int64_t line = 0; line < lines; ++line) {
    std::memcpy(output.bytes() + line * line_bytes, maps.data() + line * layout.y_line,
                static_cast<size_t>(line_bytes));
  }
  return output;
}

}  // namespace hwcvp
