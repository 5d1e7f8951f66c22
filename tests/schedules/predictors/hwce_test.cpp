// How layers map to the HWCE, and its traffic in closed form: cases that a reader can recount.
#include "schedules/predictors/hwce.h"

#include <gtest/gtest.h>

#include "schedules/networks/network.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

Layer conv(int64_t in, int64_t size, int64_t out, int64_t kernel, int64_t stride, int64_t pad) {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = in;
  layer.in_height = layer.in_width = size;
  layer.out_channels = out;
  layer.kernel_shape = {kernel, kernel};
  layer.strides = {stride, stride};
  layer.pads = {pad, pad, pad, pad};
  layer.input_type = layer.weight_type = layer.output_type = DataType::int16;
  return layer;
}

// Two planes of 8 x 8 with their borders make 10 lines of 10 pixels, 5 words; three maps of 8 lines of 4
// words; 9 taps in 5 words.
TEST(HwceTest, CountsASmallLayer) {
  const Layer layer = conv(2, 8, 3, 3, 1, 1);
  const HwceMapping one = map_to_hwce(layer, 1);
  EXPECT_EQ(one.filter, 3);
  EXPECT_EQ(one.passes(), 2);
  const Traffic traffic = predict_hwce(layer, one);
  EXPECT_EQ(traffic.input_read, 3 * 2 * 10 * 5 * 4);
  EXPECT_EQ(traffic.weight_read, 3 * 2 * 5 * 4);
  EXPECT_EQ(traffic.psum_write, 3 * 8 * 4 * 4);
  EXPECT_EQ(traffic.psum_read, traffic.psum_write);
  EXPECT_EQ(traffic.output_write, 3 * 8 * 4 * 4);
  EXPECT_EQ(traffic.params_read, 0);

  // Three maps are two blocks of two: the input travels twice, partial sums as before.
  const Traffic two = predict_hwce(layer, map_to_hwce(layer, 2));
  EXPECT_EQ(two.input_read, 2 * 2 * 10 * 5 * 4);
  EXPECT_EQ(two.weight_read, 2 * 2 * 5 * 4);
  EXPECT_EQ(two.psum_write, traffic.psum_write);
  EXPECT_EQ(predict_hwce(layer, map_to_hwce(layer, 4)).input_read, 2 * 10 * 5 * 4);
}

// 61 columns: stripes of 30, 30 and 1, which fetch 32, 32 and 3 pixels: 16, 16 and 2 words a line.
TEST(HwceTest, StripesFetchTheirBordersTwiceAndWholeWords) {
  Layer layer = conv(1, 61, 1, 3, 1, 1);
  layer.in_height = 1;
  const Traffic traffic = predict_hwce(layer, map_to_hwce(layer, 1));
  EXPECT_EQ(traffic.input_read, 3 * (16 + 16 + 2) * 4);
  EXPECT_EQ(traffic.output_write, 31 * 4);
  EXPECT_EQ(traffic.psum_read + traffic.psum_write, 0) << "one pass: the constant stands for y_in";
}

TEST(HwceTest, StripesOfLargeFiltersYield28Columns) {
  EXPECT_EQ(hwce_stripe_columns(3), 30);
  EXPECT_EQ(hwce_stripe_columns(5), 28);
}

// 11 x 11 taps at stride 4 are 4 x 4 phases of at most 3 x 3 taps.
TEST(HwceTest, CutsStridesIntoPhases) {
  const HwceMapping mapping = map_to_hwce(conv(3, 227, 96, 11, 4, 0), 1);
  EXPECT_EQ(mapping.filter, 3);
  EXPECT_EQ(mapping.planes, 3 * 16);
  EXPECT_EQ(mapping.passes(), 48);
  EXPECT_EQ(mapping.plane_shape, (std::array<int64_t, 2>{57, 57}));
  // 7 x 7 at stride 2: at most 4 x 4 taps.
  EXPECT_EQ(map_to_hwce(conv(3, 224, 64, 7, 2, 3), 1).filter, 5);
  // 1 x 1 at stride 2: one tap, one phase.
  EXPECT_EQ(map_to_hwce(conv(3, 56, 64, 1, 2, 0), 1).passes(), 3);
}

TEST(HwceTest, CutsLargeFiltersIntoPieces) {
  const HwceMapping mapping = map_to_hwce(conv(1, 20, 1, 7, 1, 3), 1);
  EXPECT_EQ(mapping.filter, 5);
  EXPECT_EQ(mapping.passes(), 4);
  EXPECT_EQ(mapping.plane_shape, (std::array<int64_t, 2>{29, 29})) << "20 lines, and 10 taps less one";
  // Pieces in the second column begin at an odd pixel: 24 pixels lie in 13 words, not 12.
  const Traffic traffic = predict_hwce(conv(1, 20, 1, 7, 1, 3), mapping);
  EXPECT_EQ(traffic.input_read, 2 * 24 * (12 + 13) * 4);
}

// A group has its own planes; where it has fewer maps than run at once, the others idle.
TEST(HwceTest, GroupsDoNotShareBlocks) {
  Layer layer = conv(6, 8, 6, 3, 1, 1);
  layer.group = 6;
  EXPECT_EQ(predict_hwce(layer, map_to_hwce(layer, 4)), predict_hwce(layer, map_to_hwce(layer, 1)));
}

TEST(HwceTest, RefusesWhatItCannotRunWithAReason) {
  EXPECT_EQ(hwce_unsupported(conv(9216, 1, 4096, 1, 1, 0)), "fully connected");
  Layer dilated = conv(2, 8, 2, 3, 1, 1);
  dilated.dilations = {2, 1};
  EXPECT_EQ(hwce_unsupported(dilated), "dilated filters");
  Layer bytes = conv(2, 8, 2, 3, 1, 1);
  bytes.input_type = DataType::int8;
  EXPECT_EQ(hwce_unsupported(bytes), "pixels are not int16");
  EXPECT_EQ(hwce_unsupported(conv(1, 65536, 1, 1, 1, 0)), "output maps past 65535 pixels a side");
  EXPECT_EQ(hwce_unsupported(conv(2, 8, 2, 3, 1, 1)), "");
  try {
    map_to_hwce(dilated, 1);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "layer conv: the HWCE cannot run it: dilated filters");
  }
}

// The published traffic of VGG-16's convolutions: 5.3 to 5.5 G pixels with one map at once, 3.9 G with four.
TEST(HwceTest, Vgg16MovesWhatIsPublished) {
  const auto giga_pixels = [](int64_t maps) {
    int64_t bytes = 0;
    for (Layer layer : builtin_network("vgg16").layers) {
      layer.input_type = layer.weight_type = layer.output_type = DataType::int16;
      if (hwce_unsupported(layer).empty()) bytes += predict_hwce(layer, map_to_hwce(layer, maps)).total();
    }
    return static_cast<double>(bytes) / 2e9;
  };
  EXPECT_GT(giga_pixels(1), 5.3);
  EXPECT_LT(giga_pixels(1), 5.5);
  EXPECT_NEAR(giga_pixels(4), 3.9, 0.05);
}

}  // namespace
}  // namespace hwcvp
