-- code: SN027
-- name: republisher-address-as-canonical
-- severity: error
-- table: articles
-- field: canonical_url
-- fields: canonical_url, retrieved_url, retrieved_from_id, outlet_id
-- message: the canonical address lies at `{host}`, from which a copy of another publisher was taken
-- what: `canonical_url` has the host of the site that republished the article, not of the outlet
--   that published it.
-- why: The canonical address is what readers cite. The copy of a copy says nothing about what the
--   outlet printed.
-- example: an address at newsflash.one for an article of BBC News
-- fix: Leave `canonical_url` empty with the status `not_found_in_stored_material`; the copy belongs
--   into `retrieved_url`.
SELECT article_id, url_host(canonical_url) AS host
FROM articles
WHERE retrieved_from_id <> outlet_id AND url_host(canonical_url) = url_host(retrieved_url)
