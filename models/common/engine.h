// The engines of the HWC.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hwcvp {

enum class Engine : uint8_t { load, compute, store };
inline constexpr size_t kEngineCount = 3;
inline constexpr std::array kEngines = {Engine::load, Engine::compute, Engine::store};
constexpr size_t index(Engine engine) { return static_cast<size_t>(engine); }
// "load", "compute", "store".
const char* to_string(Engine engine);

}  // namespace hwcvp
