# hwcvp_registers(<block> <description.json>): generates, from the one description of a register block,
#   generated/registers/<block>.h          offsets and fields as C macros, for firmware and models
#   generated/registers/<block>_table.h    the table of registers for the SystemC model
# and adds the target hwcvp_registers_<block> that others depend on.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(hwcvp_registers block description)
  set(dir ${CMAKE_BINARY_DIR}/generated/registers)
  set(generator ${CMAKE_SOURCE_DIR}/scripts/generate_registers.py)
  add_custom_command(
    OUTPUT ${dir}/${block}.h ${dir}/${block}_table.h
    COMMAND ${Python3_EXECUTABLE} ${generator} ${description} ${dir}
    DEPENDS ${generator} ${CMAKE_SOURCE_DIR}/scripts/json_schema.py ${description}
            ${CMAKE_SOURCE_DIR}/models/registers/registers.schema.json
    COMMENT "Generating the registers of ${block}")
  add_custom_target(hwcvp_registers_${block} DEPENDS ${dir}/${block}.h ${dir}/${block}_table.h)
endfunction()
