# Language, warnings and build kinds, the same for every target of the tree.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()
# Debug is what is built all day: light optimisation so that simulations are quick, line tables
# enough for a backtrace, and the standard library's own assertions.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

find_program(KOPILKA_CCACHE ccache)
if(KOPILKA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths count from the source folder, so that one clone's cache serves the next.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
      CCACHE_NOHASHDIR=1 "${KOPILKA_CCACHE}")
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports overlapping copies inside std::string where there are none (PR 105651).
  add_compile_options(-Wno-restrict -Wno-missing-field-initializers)
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

set(KOPILKA_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")
if(KOPILKA_SANITIZE)
  add_compile_options(-fsanitize=${KOPILKA_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KOPILKA_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented, GCC 12 warns of paths through std::optional and FlatBuffers that do not exist.
    add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overread)
  endif()
  if(KOPILKA_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan) # a fence that the sanitizer cannot see is only a warning
  endif()
endif()

# A planted bug proves that the tests can fail: `tools/test --canary` builds each in turn. Only the
# sources that name the plant see it (add_module), so that the rest need not be compiled again.
set(KOPILKA_PLANTS double_release dropped_posting skipped_sync rounded_sum)
set(KOPILKA_PLANT "" CACHE STRING "Planted bug: empty for none, or one of ${KOPILKA_PLANTS}")
if(KOPILKA_PLANT AND NOT KOPILKA_PLANT IN_LIST KOPILKA_PLANTS)
  message(FATAL_ERROR "KOPILKA_PLANT=${KOPILKA_PLANT} is not one of: ${KOPILKA_PLANTS}")
endif()
