{{ harmonise() }}
