"""The contract on the data: the reviewed schema, and what ExampleValidator finds against it."""
