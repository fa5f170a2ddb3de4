"""The rules of the hosted-memory face: buckets, memories, deduplication, recall and answers, profiles."""
