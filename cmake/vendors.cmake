# Every library that is not ours, in one table: the headers that it owns, the target that links it
# and the rooms that may name it in VENDOR. `write_room_map` hands the table to the include lint.
#
#   HEADERS  include prefixes, or whole names for single-header libraries
#   ROOMS    folders (with all below them); `*` is anywhere
include_guard(GLOBAL)

find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(RocksDB REQUIRED)
find_package(Threads REQUIRED)

# vendor_library(name header library): an imported target for a package without a CMake config.
function(vendor_library name header library)
  find_path(KOPILKA_${name}_INCLUDE ${header} REQUIRED)
  find_library(KOPILKA_${name}_LIBRARY ${library} REQUIRED)
  add_library(vendor::${name} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(vendor::${name} PROPERTIES
    IMPORTED_LOCATION "${KOPILKA_${name}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${KOPILKA_${name}_INCLUDE}")
endfunction()
vendor_library(flatbuffers flatbuffers/flatbuffers.h flatbuffers)
vendor_library(rdkafka librdkafka/rdkafka.h rdkafka)
vendor_library(sodium sodium.h sodium)
vendor_library(sqlite sqlite3.h sqlite3)
vendor_library(xxhash xxhash.h xxhash)
vendor_library(zstd zstd.h zstd)
find_program(KOPILKA_FLATC flatc REQUIRED)

function(vendor name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;TARGETS;ROOMS")
  set_property(GLOBAL APPEND PROPERTY KOPILKA_VENDORS ${name})
  set_property(GLOBAL PROPERTY KOPILKA_VENDOR_${name}_HEADERS "${arg_HEADERS}")
  set_property(GLOBAL PROPERTY KOPILKA_VENDOR_${name}_TARGETS "${arg_TARGETS}")
  set_property(GLOBAL PROPERTY KOPILKA_VENDOR_${name}_ROOMS "${arg_ROOMS}")
endfunction()

vendor(fmt HEADERS fmt/ TARGETS fmt::fmt ROOMS *)
vendor(boost_json HEADERS boost/json boost/system/ TARGETS Boost::json
       ROOMS engine/codec tools tests)
vendor(flatbuffers HEADERS flatbuffers/ TARGETS vendor::flatbuffers
       ROOMS schemas engine/codec tests/golden tests/unit/engine/codec tests/unit/engine/exchange)
vendor(rdkafka HEADERS librdkafka/ TARGETS vendor::rdkafka ROOMS engine/kafka)
vendor(rocksdb HEADERS rocksdb/ TARGETS RocksDB::rocksdb-shared ROOMS engine/rocks)
vendor(sodium HEADERS sodium.h sodium/ TARGETS vendor::sodium ROOMS engine/vault)
vendor(sqlite HEADERS sqlite3.h TARGETS vendor::sqlite
       ROOMS engine/sqlite tests/unit/engine/sqlite)
vendor(openssl HEADERS openssl/ TARGETS OpenSSL::Crypto ROOMS engine/base)
vendor(xxhash HEADERS xxhash.h TARGETS vendor::xxhash ROOMS engine/base)
vendor(zstd HEADERS zstd.h zstd_errors.h TARGETS vendor::zstd ROOMS engine/segments)
vendor(cli11 HEADERS CLI/ TARGETS CLI11::CLI11 ROOMS tools)
vendor(gtest HEADERS gtest/ gmock/ TARGETS GTest::gtest GTest::gmock ROOMS tests)
vendor(cpu HEADERS nmmintrin.h wmmintrin.h immintrin.h ROOMS engine/base)
vendor(benchmark HEADERS benchmark/ TARGETS benchmark::benchmark benchmark::benchmark_main
       ROOMS bench)
# The operating system: files, locks, clocks, processes. What decides does no I/O, so the pure rooms
# are not in this list.
vendor(posix
       HEADERS sys/ linux/ netinet/ arpa/ unistd.h fcntl.h poll.h signal.h time.h pthread.h spawn.h
               termios.h dirent.h sched.h errno.h
       TARGETS Threads::Threads
       ROOMS engine/kafka engine/segments engine/rocks engine/vault engine/system engine/app
             projections/runtime tools bench tests)
