#include "engine/rocks/tuning.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>

namespace kopilka::rocks {
namespace {

constexpr std::size_t kMiB = 1U << 20;
constexpr int kFilterBitsPerKey = 10;  // 1 % of look-ups of absent keys read a block
// Below the 1 024 descriptors of a common limit; 300 files of 16 to 256 MiB are some 30 GiB.
constexpr int kOpenFilesMax = 500;

rocksdb::BlockBasedTableOptions table_options(const Options& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.memory_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  table.whole_key_filtering = true;
  table.block_size = 8U << 10;
  table.format_version = 5;
  // Indexes and filters count against the cache: memory is bounded however large the store grows.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  // A bulk load has any number of runs in level 0, and the cache would grow with them.
  table.pin_l0_filter_and_index_blocks_in_cache = options.access != Access::bulk_load;
  return table;
}

}  // namespace

rocksdb::Options database_options(const Options& options) {
  rocksdb::Options database;
  database.create_if_missing = options.access != Access::read_only;
  database.disable_auto_compactions = options.access == Access::bulk_load;
  database.paranoid_checks = true;
  database.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(options)));
  database.compression = rocksdb::kLZ4Compression;

  // Levelled: rows with growing keys come to rest after one merge, since nothing below overlaps
  // them. A table's rows begin with its tag, and files are cut between tags for the same reason.
  database.num_levels = kLevels;
  database.level_compaction_dynamic_level_bytes = true;
  database.level0_file_num_compaction_trigger = kMergeAtFiles;
  // Three levels then hold 64 MiB, 1 GiB and the rest, or less above a small bottom.
  database.max_bytes_for_level_base = 64 * kMiB;
  database.max_bytes_for_level_multiplier = 16;
  database.target_file_size_base = 16 * kMiB;
  database.target_file_size_multiplier = 4;
  database.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(1);
  // A bulk load merges all of its runs at once, each with a buffer of its own.
  database.compaction_readahead_size = options.access == Access::bulk_load ? kMiB / 4 : 2 * kMiB;
  database.max_background_jobs = 2;
  database.max_subcompactions = 2;
  database.bytes_per_sync = kMiB;

  // Nothing is ever written to a memtable.
  database.write_buffer_size = 64U << 10;
  database.arena_block_size = 4U << 10;
  database.avoid_flush_during_shutdown = true;

  // A reader keeps every file open from the start: the writer may then unlink what it likes.
  database.max_open_files = options.access == Access::read_only ? -1 : kOpenFilesMax;
  database.skip_stats_update_on_db_open = true;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  database.info_log_level = rocksdb::WARN_LEVEL;
  database.max_log_file_size = kMiB;
  database.keep_log_file_num = 2;
  return database;
}

rocksdb::Options file_options(const rocksdb::Options& database) {
  rocksdb::Options file = database;
  file.listeners.clear();
  return file;
}

}  // namespace kopilka::rocks
